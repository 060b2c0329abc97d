-- A survey after a purchase is answered once for each receipt, and thanked for so often a day and a month. What was answered so far stays, with the key it was thanked under.
ALTER TABLE `survey`
  ADD COLUMN `rewardsPerDay` INT NOT NULL DEFAULT 1,
  ADD COLUMN `rewardsPerMonth` INT NULL;

ALTER TABLE `survey_answer`
  ADD COLUMN `receiptKey` CHAR(26) NOT NULL DEFAULT '',
  ADD COLUMN `rewardKey` VARCHAR(80) NULL;

UPDATE `survey_answer` `a`
  JOIN `survey` `s` ON `s`.`id` = `a`.`surveyId`
  SET `a`.`receiptKey` = `a`.`documentId`
  WHERE `s`.`asked` = 'receipt' AND `a`.`documentId` IS NOT NULL;

UPDATE `survey_answer` SET `rewardKey` = CONCAT('survey:', `surveyId`, ':', `memberId`);

ALTER TABLE `survey_answer`
  ADD UNIQUE INDEX `survey_answer_surveyId_memberId_receiptKey_key` (`surveyId`, `memberId`, `receiptKey`),
  ADD UNIQUE INDEX `survey_answer_rewardKey_key` (`rewardKey`),
  DROP INDEX `survey_answer_surveyId_memberId_key`;
