CREATE TABLE `outbox` (
    `id` BIGINT NOT NULL AUTO_INCREMENT,
    `name` VARCHAR(64) NOT NULL,
    `payloadJson` LONGTEXT NOT NULL,
    `at` DATETIME(3) NOT NULL,
    `claim` CHAR(26) NULL,
    `claimedAt` DATETIME(3) NULL,
    `sentAt` DATETIME(3) NULL,

    INDEX `outbox_sentAt_claim_id_idx`(`sentAt`, `claim`, `id`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
