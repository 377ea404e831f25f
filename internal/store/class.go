package store

// class is what an error of an engine means, whichever engine it is.
type class int

const (
	classOther   class = iota
	classUnique        // a row with the same key exists
	classMissing       // a row that another one names does not exist
	classCheck         // a value is not one that the column may hold
	classFull          // the disk has no room
	classAgain         // another update came between: the same may be run again
	classAway          // the database cannot be reached; nothing of the update was kept
	classText          // bytes that are no text: no UTF-8, or a NUL
)

func classOf(err error) class {
	if err == nil {
		return classOther
	}
	if c := sqliteClass(err); c != classOther {
		return c
	}
	return postgresClass(err)
}

func isUnique(err error) bool  { return classOf(err) == classUnique }
func isMissing(err error) bool { return classOf(err) == classMissing }
func isCheck(err error) bool   { return classOf(err) == classCheck }
func isFull(err error) bool    { return classOf(err) == classFull }
func isAway(err error) bool    { return classOf(err) == classAway }
func isText(err error) bool    { return classOf(err) == classText }
