-- The guest list is filtered, searched and ordered in memory: what served it in SQL is dead weight in the file.
DROP TABLE guest_tri;
DROP INDEX guest_name;
DROP INDEX guest_successful;
DROP INDEX journey_urgency;
DROP INDEX journey_stage;
DROP INDEX journey_last_invited;
ALTER TABLE guest DROP COLUMN sort_name;
-- A file that held them has gaps now.
INSERT OR REPLACE INTO checkpoint(name, value) SELECT 'compaction due', '1' WHERE EXISTS (SELECT 1 FROM guest);
