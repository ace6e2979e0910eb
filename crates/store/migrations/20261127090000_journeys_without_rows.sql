-- Nobody read which rows a journey ended with: the panel finds them anew.
ALTER TABLE journey DROP COLUMN evidence;
-- The list is of journeys as they were.
DELETE FROM guest_list;
