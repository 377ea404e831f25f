package main

// importCmd fills a database.
type importCmd struct {
	CSV importCSVCmd `cmd:"" help:"Enter accounts, contacts, contracts and what belongs to them from CSV files."`
}
