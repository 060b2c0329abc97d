-- A signed member code has up to 400 digits; sealed it is longer than the column that was made for a card's number.
ALTER TABLE `till_hold` MODIFY COLUMN `memberCodeSealed` VARCHAR(700) NULL;
