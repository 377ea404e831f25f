// Package torture lives in tests alone: the program itself, as processes of its
// own, is put under load and then hurt. It is killed at random instants, its disk
// is full, its writes and syncs fail, its database goes away. What clients were
// told is kept in logs beside it that are synced line by line, and must be there
// afterwards, once.
//
// It refuses to know how the product keeps its promises: it sees the command
// line, the API and, where something must not be there twice, the stored rows.
//
// Data layout: a folder for each test with the database, the node's log and one
// log of acknowledgements for each client. The tests are short; MADOGUCHI_TORTURE=long,
// as `make torture` sets it, gives them their full length.
package torture
