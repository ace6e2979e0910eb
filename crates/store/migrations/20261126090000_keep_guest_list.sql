CREATE TABLE guest_list (
  -- All guests as lists and counts hold them in memory, in one piece: a start reads it instead of every guest.
  -- Used only where nothing changed since; made anew at any time.
  id INTEGER PRIMARY KEY CHECK (id = 1),
  format INTEGER NOT NULL,        -- the program's layout of it
  as_of TEXT NOT NULL,            -- the checkpoint "guests changed" it is of
  z BLOB NOT NULL
) STRICT;
