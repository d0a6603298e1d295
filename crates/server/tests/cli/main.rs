//! The command line, as black box: what is printed, which exit code, what stands in the database afterwards.

mod commands;
mod databases;
mod demo;
mod program;
mod serve;
