CREATE TABLE `outbox` (
    `id` BIGINT NOT NULL AUTO_INCREMENT,
    `name` VARCHAR(64) NOT NULL,
    `payloadJson` LONGTEXT NOT NULL,
    `at` DATETIME(3) NOT NULL,
    `claim` CHAR(26) NULL,
    `claimedAt` DATETIME(3) NULL,
    `sentAt` DATETIME(3) NULL,
    `settledAt` DATETIME(3) NULL,

    INDEX `outbox_sentAt_id_idx`(`sentAt`, `id`),
    INDEX `outbox_claim_idx`(`claim`),
    INDEX `outbox_settledAt_sentAt_idx`(`settledAt`, `sentAt`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `outbox_done` (
    `outboxId` BIGINT NOT NULL,
    `handler` VARCHAR(64) NOT NULL,
    `at` DATETIME(3) NOT NULL,

    PRIMARY KEY (`outboxId`, `handler`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
