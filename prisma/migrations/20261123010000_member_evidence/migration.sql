-- Every WeChat identity so far was proved by WeChat itself.
ALTER TABLE `member_identity`
  ADD COLUMN `source` VARCHAR(20) NOT NULL DEFAULT 'wechat',
  ADD COLUMN `strength` VARCHAR(10) NOT NULL DEFAULT 'proved',
  ADD COLUMN `linkedBy` CHAR(26) NULL,
  ADD COLUMN `note` VARCHAR(200) NULL;

-- Phones and old cards of members are evidence too.
INSERT IGNORE INTO `member_identity` (`id`, `memberId`, `kind`, `appId`, `value`, `linkedAt`, `source`, `strength`)
SELECT `id`, `id`, 'phone', '', `phoneHash`, `enrolledAt`,
  CASE `source` WHEN 'paper' THEN 'erp' ELSE `source` END,
  CASE `source` WHEN 'miniprogram' THEN 'proved' ELSE 'stated' END
FROM `member` WHERE `phoneHash` IS NOT NULL;

INSERT IGNORE INTO `member_identity` (`id`, `memberId`, `kind`, `appId`, `value`, `linkedAt`, `source`, `strength`)
SELECT UPPER(CONCAT('CA', LEFT(MD5(`cardNo`), 24))), `memberId`, 'card', '', `cardNo`, `boundAt`, 'erp', 'stated'
FROM `card` WHERE `state` = 'bound' AND `memberId` IS NOT NULL AND `boundAt` IS NOT NULL;
