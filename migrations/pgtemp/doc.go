// Package pgtemp starts throw-away PostgreSQL servers: for tests, and for measurements beside the embedded database.
//
// # Why
//
// A test that shares a server with something else proves less, and asking people to set one up keeps them from
// running the tests. The server's programs come from the system; data lives in a temporary folder, the server ends
// with the process that started it, and as root it runs as somebody else, since PostgreSQL refuses to serve as root.
// Durability is as in production (fsync on): figures measured on it count.
package pgtemp
