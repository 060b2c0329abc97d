-- A notice of each of the days before expiry that the rules name, instead of one in all.
ALTER TABLE `points_notice` ADD COLUMN `days` INT NOT NULL DEFAULT 0 AFTER `expiresOn`;
-- Told so many days before: one less, as the shop's midnight lies on the day before in UTC; nobody is told the same again.
UPDATE `points_notice` SET `days` = GREATEST(1, DATEDIFF(`expiresOn`, `at`) - 1);
ALTER TABLE `points_notice` DROP PRIMARY KEY, ADD PRIMARY KEY (`memberId`, `expiresOn`, `days`);
ALTER TABLE `points_notice` ALTER COLUMN `days` DROP DEFAULT;
