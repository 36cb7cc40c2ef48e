//! A furnished house to look around in: two invented people with a year of history.
