package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"
)

// scanner is a row, of one or of many.
type scanner interface{ Scan(dest ...any) error }

// never stands for "no instant" in columns that are part of a keyset.
const never = math.MaxInt64

// micros is an instant as it is stored: NULL for the zero value.
func micros(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMicro()
}

// ref is an id as it is stored: NULL for 0.
func ref(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}

// instant scans what micros stored, and never as the zero value.
type instant struct{ t *time.Time }

func (i instant) Scan(v any) error {
	*i.t = time.Time{}
	switch v := v.(type) {
	case nil:
		return nil
	case int64:
		if v != never {
			*i.t = time.UnixMicro(v).UTC()
		}
		return nil
	}
	return fmt.Errorf("scan instant: got %T", v)
}

// optional scans what ref stored.
type optional struct{ id *int64 }

func (o optional) Scan(v any) error {
	*o.id = 0
	switch v := v.(type) {
	case nil:
		return nil
	case int64:
		*o.id = v
		return nil
	}
	return fmt.Errorf("scan id: got %T", v)
}

// list stores a slice as JSON. Empty ones are [] and come back as nil.
func list[T any](items []T) string {
	if len(items) == 0 {
		return "[]"
	}
	b, err := json.Marshal(items)
	if err != nil {
		panic("store: encode list: " + err.Error())
	}
	return string(b)
}

// listOf scans what list stored.
type listOf[T any] struct{ items *[]T }

func (l listOf[T]) Scan(v any) error {
	*l.items = nil
	var b []byte
	switch v := v.(type) {
	case string:
		b = []byte(v)
	case []byte:
		b = v
	default:
		return fmt.Errorf("scan list: got %T", v)
	}
	if len(b) <= len("[]") {
		return nil
	}
	if words, ok := any(l.items).(*[]string); ok && plainWords(b) {
		*words = strings.Split(string(b[2:len(b)-2]), `","`)
		return nil
	}
	return json.Unmarshal(b, l.items)
}

// plainWords tells whether a list of JSON holds words alone, without escapes: then
// what stands between them is always the same.
func plainWords(b []byte) bool {
	return bytes.HasPrefix(b, []byte(`["`)) && bytes.HasSuffix(b, []byte(`"]`)) && len(b) >= len(`[""]`) &&
		!bytes.ContainsAny(b, "\\ \n\t\r") && bytes.Count(b, []byte(`"`)) == 2+2*bytes.Count(b, []byte(`","`))
}
