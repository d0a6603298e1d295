DROP TABLE service_needs;
DROP TABLE services;
DROP TABLE resources;
DROP TABLE locations;
DROP TABLE departments;
