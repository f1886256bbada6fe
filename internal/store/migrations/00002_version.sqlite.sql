-- A kapbot from before there were migrations refuses the file from here on.
PRAGMA user_version = 3;
