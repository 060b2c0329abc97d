ALTER TABLE `member`
  ADD COLUMN `birthdayHash` CHAR(43) NULL AFTER `birthdaySealed`,
  ADD COLUMN `birthdayChangedOn` DATE NULL AFTER `birthdayHash`,
  ADD INDEX `member_birthdayHash_id_idx` (`birthdayHash`, `id`);
