-- How many of a campaign's people stand where is kept by what moves them, instead of being counted at every look.
CREATE TABLE `campaign_tally` (
  `campaignId` CHAR(26) NOT NULL,
  `about` VARCHAR(10) NOT NULL,
  `outcome` VARCHAR(20) NOT NULL,
  `reason` VARCHAR(200) NOT NULL,
  `people` INTEGER NOT NULL,

  PRIMARY KEY (`campaignId`, `about`, `outcome`, `reason`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

INSERT INTO `campaign_tally` (`campaignId`, `about`, `outcome`, `reason`, `people`)
SELECT `campaignId`, 'coupon', `coupon`, `couponReason`, COUNT(*)
FROM `campaign_recipient` GROUP BY `campaignId`, `coupon`, `couponReason`
UNION ALL
SELECT `campaignId`, 'message', `message`, `reason`, COUNT(*)
FROM `campaign_recipient` GROUP BY `campaignId`, `message`, `reason`;

ALTER TABLE `campaign` DROP COLUMN `countedJson`;
