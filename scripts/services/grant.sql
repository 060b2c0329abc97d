GRANT ALL PRIVILEGES ON *.* TO 'zhanggui'@'%';
