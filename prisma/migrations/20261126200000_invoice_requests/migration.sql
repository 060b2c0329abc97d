-- What shoppers asked invoices for: title, tax number and e-mail, sealed.
CREATE TABLE `invoice_request` (
  `id` CHAR(26) NOT NULL,
  `documentId` CHAR(26) NOT NULL,
  `docKey` VARCHAR(190) NOT NULL,
  `openKey` CHAR(26) NULL,
  `memberId` CHAR(26) NOT NULL,
  `storeCode` VARCHAR(32) NOT NULL,
  `kind` VARCHAR(10) NOT NULL,
  `buyerSealed` VARCHAR(1200) NULL,
  `amount` INT NOT NULL,
  `state` VARCHAR(10) NOT NULL,
  `reason` VARCHAR(200) NULL,
  `askedAt` DATETIME(3) NOT NULL,
  `closedAt` DATETIME(3) NULL,
  `closedBy` VARCHAR(32) NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `invoice_request_open` (`openKey`),
  INDEX `invoice_request_state` (`state`, `askedAt`, `id`),
  INDEX `invoice_request_time` (`askedAt`, `id`),
  INDEX `invoice_request_document` (`documentId`, `id`),
  INDEX `invoice_request_key` (`docKey`),
  INDEX `invoice_request_member` (`memberId`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
