DROP TABLE allocations;
DROP TABLE appointment_events;
DROP TABLE appointments;
DROP TABLE holds;
DROP TABLE blocks;
DROP TABLE closures;
DROP TABLE openings;
