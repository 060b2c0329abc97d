CREATE TABLE `wechat_reach` (
  `appId` VARCHAR(32) NOT NULL,
  `openid` VARCHAR(64) NOT NULL,
  `following` TINYINT(1) NOT NULL DEFAULT 0,
  `blocked` TINYINT(1) NOT NULL DEFAULT 0,
  `blockedAt` DATETIME(3) NULL,
  `messageUntil` DATETIME(3) NULL,
  `messageLeft` SMALLINT NOT NULL DEFAULT 0,
  `touchUntil` DATETIME(3) NULL,
  `touchLeft` SMALLINT NOT NULL DEFAULT 0,
  `massUntil` DATETIME(3) NULL,
  `massUsed` SMALLINT NOT NULL DEFAULT 0,
  PRIMARY KEY (`appId`, `openid`),
  INDEX `wechat_reach_appId_following_blocked_massUntil_massUsed_idx` (`appId`, `following`, `blocked`, `massUntil`, `massUsed`),
  INDEX `wechat_reach_appId_messageUntil_messageLeft_blocked_idx` (`appId`, `messageUntil`, `messageLeft`, `blocked`),
  INDEX `wechat_reach_appId_touchUntil_idx` (`appId`, `touchUntil`),
  INDEX `wechat_reach_blockedAt_idx` (`blockedAt`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `wechat_right_entry` (
  `id` CHAR(26) NOT NULL,
  `entryKey` VARCHAR(160) NOT NULL,
  `appId` VARCHAR(32) NOT NULL,
  `openid` VARCHAR(64) NOT NULL,
  `rightKind` VARCHAR(10) NOT NULL,
  `act` VARCHAR(12) NOT NULL,
  `templateId` VARCHAR(64) NOT NULL DEFAULT '',
  `until` DATETIME(3) NULL,
  `free` INT NOT NULL,
  `held` INT NOT NULL,
  `errorCode` INT NULL,
  `at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `wechat_right_entry_entryKey_key` (`entryKey`),
  INDEX `wechat_right_entry_appId_openid_rightKind_idx` (`appId`, `openid`, `rightKind`),
  INDEX `wechat_right_entry_at_idx` (`at`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE `wechat_credit`
  ADD COLUMN `reserved` INT NOT NULL DEFAULT 0 AFTER `remaining`,
  ADD INDEX `wechat_credit_appId_templateId_remaining_idx` (`appId`, `templateId`, `remaining`),
  ADD INDEX `wechat_credit_appId_openid_idx` (`appId`, `openid`);

ALTER TABLE `wechat_message`
  ADD COLUMN `rightKind` VARCHAR(10) NOT NULL DEFAULT '',
  ADD COLUMN `rightUntil` DATETIME(3) NULL,
  ADD INDEX `wechat_message_state_settledAt_idx` (`state`, `settledAt`);

-- Who follows now has a row; the windows that are known go beside it.
INSERT INTO `wechat_reach` (`appId`, `openid`, `following`)
SELECT `appId`, `openid`, 1 FROM `wechat_follower` WHERE `following` = 1 AND `openid` IS NOT NULL;

INSERT INTO `wechat_reach` (`appId`, `openid`, `messageUntil`, `messageLeft`)
SELECT `appId`, `openid`, `until`, `left` FROM `wechat_window` WHERE `kind` = 'message'
ON DUPLICATE KEY UPDATE `messageUntil` = VALUES(`messageUntil`), `messageLeft` = VALUES(`messageLeft`);

INSERT INTO `wechat_reach` (`appId`, `openid`, `touchUntil`, `touchLeft`)
SELECT `appId`, `openid`, `until`, `left` FROM `wechat_window` WHERE `kind` = 'touch'
ON DUPLICATE KEY UPDATE `touchUntil` = VALUES(`touchUntil`), `touchLeft` = VALUES(`touchLeft`);

INSERT INTO `wechat_right_entry` (`id`, `entryKey`, `appId`, `openid`, `rightKind`, `act`, `until`, `free`, `held`, `at`)
SELECT LEFT(MD5(CONCAT(`kind`, `appId`, `openid`)), 26),
  CONCAT(`kind`, ':', `appId`, ':', `openid`, ':', DATE_FORMAT(`until`, '%Y-%m-%dT%H:%i:%s.'), LPAD(MICROSECOND(`until`) DIV 1000, 3, '0'), 'Z'),
  `appId`, `openid`, `kind`, 'granted', `until`, `left`, 0, `until`
FROM `wechat_window`;

-- Each accept keeps its key, so that a repeated one still counts once; what was spent since is one sum.
INSERT INTO `wechat_right_entry` (`id`, `entryKey`, `appId`, `openid`, `rightKind`, `act`, `templateId`, `free`, `held`, `at`)
SELECT LEFT(MD5(`grantKey`), 26), LEFT(`grantKey`, 160), `appId`, `openid`, 'credit', 'granted', `templateId`, 1, 0, `at`
FROM `wechat_credit_grant`;

INSERT INTO `wechat_right_entry` (`id`, `entryKey`, `appId`, `openid`, `rightKind`, `act`, `templateId`, `free`, `held`, `at`)
SELECT LEFT(MD5(CONCAT('carried', c.`appId`, c.`templateId`, c.`openid`)), 26),
  CONCAT('carried:', MD5(CONCAT(c.`appId`, c.`templateId`, c.`openid`))),
  c.`appId`, c.`openid`, 'credit', 'carried', c.`templateId`,
  c.`remaining` - (SELECT COUNT(*) FROM `wechat_credit_grant` AS g
    WHERE g.`appId` = c.`appId` AND g.`openid` = c.`openid` AND g.`templateId` = c.`templateId`),
  0, c.`changedAt`
FROM `wechat_credit` AS c;

-- What is on its way holds its credit, as everything does that is planned from now on.
UPDATE `wechat_message` AS m
JOIN (
  SELECT o.`appId`, o.`openid`, o.`templateId`, COUNT(*) AS `count` FROM `wechat_message` AS o
  WHERE o.`route` = 'subscribe' AND o.`state` IN ('planned', 'sending')
  GROUP BY o.`appId`, o.`openid`, o.`templateId`
) AS n ON n.`appId` = m.`appId` AND n.`openid` = m.`openid` AND n.`templateId` = m.`templateId`
JOIN `wechat_credit` AS c ON c.`appId` = m.`appId` AND c.`openid` = m.`openid` AND c.`templateId` = m.`templateId`
SET m.`rightKind` = 'credit'
WHERE m.`route` = 'subscribe' AND m.`state` IN ('planned', 'sending') AND n.`count` <= c.`remaining`;

INSERT INTO `wechat_right_entry` (`id`, `entryKey`, `appId`, `openid`, `rightKind`, `act`, `templateId`, `free`, `held`, `at`)
SELECT LEFT(MD5(CONCAT('reserved', `id`)), 26), CONCAT(`id`, ':reserved'), `appId`, `openid`, 'credit', 'reserved', `templateId`, -1, 1, `plannedAt`
FROM `wechat_message` WHERE `rightKind` = 'credit';

UPDATE `wechat_credit` AS c
JOIN (
  SELECT `appId`, `openid`, `templateId`, COUNT(*) AS `count` FROM `wechat_message`
  WHERE `rightKind` = 'credit' GROUP BY `appId`, `openid`, `templateId`
) AS n ON n.`appId` = c.`appId` AND n.`openid` = c.`openid` AND n.`templateId` = c.`templateId`
SET c.`remaining` = c.`remaining` - n.`count`, c.`reserved` = n.`count`;

DROP TABLE `wechat_window`;

DROP TABLE `wechat_credit_grant`;
