package support_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/support"
)

const stored = "testdata/events"

// filled makes a value in which no field is zero, so that a field that is lost
// or renamed shows.
func filled(v reflect.Value, name string) {
	if v.Type() == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(time.Date(2026, 6, 3, 1, 2, 3, 4000, time.UTC)))
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		filled(v.Elem(), name)
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.Tag.Get("json") != "-" {
				filled(v.Field(i), strings.ToLower(f.Name))
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		filled(v.Index(0), name)
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]string{"name": "value"}))
	case reflect.String:
		v.SetString(name)
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	case reflect.Bool:
		v.SetBool(true)
	}
}

// TestStoredFactsStayReadable: every kind of fact decodes from the bytes that a
// desk has stored, with every field, and is stored as the same bytes again.
// Files are added and never rewritten: -update writes only those that are
// missing.
func TestStoredFactsStayReadable(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 6, 3, 1, 2, 3, 4000, time.UTC)
	for _, kind := range support.FactKinds() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			name := filepath.Join(stored, kind+".json")
			golden, err := os.ReadFile(name)
			if os.IsNotExist(err) && *update {
				golden, err = sample(kind, at)
				if err == nil {
					err = os.WriteFile(name, golden, 0o644)
				}
			}
			if err != nil {
				t.Fatal(err)
			}
			var f support.Fact
			if err := json.Unmarshal(golden, &f); err != nil {
				t.Fatal(err)
			}
			if _, unknown := f.Body.(support.Unknown); unknown || f.Kind() != kind {
				t.Fatalf("it decodes as %T %s", f.Body, f.Kind())
			}
			if !f.At.Equal(at) || !f.HappenedAt.Equal(at.Add(-time.Hour)) || f.Seq != 9 || f.By != (support.Actor{Kind: support.Vendor, ID: 3}) {
				t.Errorf("the frame reads %+v", f)
			}
			whole := reflect.New(reflect.TypeOf(f.Body)).Elem()
			filled(whole, "")
			if lost := zeros(reflect.ValueOf(f.Body), whole, ""); len(lost) > 0 {
				t.Logf("fields that are younger than the stored bytes: %v", lost)
			}
			again, err := json.Marshal(f)
			if err != nil {
				t.Fatal(err)
			}
			var want, have any
			if json.Unmarshal(golden, &want) != nil || json.Unmarshal(again, &have) != nil {
				t.Fatal("not JSON")
			}
			if missing := lost(want, have, ""); missing != "" {
				t.Errorf("%s was stored and is not any more:\n%s\n%s", missing, bytes.TrimSpace(golden), again)
			}
		})
	}
}

// sample is a fact of a kind with all of its fields.
func sample(kind string, at time.Time) ([]byte, error) {
	frame := map[string]any{"seq": 9, "kind": kind, "at": at, "happened_at": at.Add(-time.Hour),
		"by": support.Actor{Kind: support.Vendor, ID: 3}, "body": map[string]any{}}
	bare, err := json.Marshal(frame)
	if err != nil {
		return nil, err
	}
	var f support.Fact
	if err := json.Unmarshal(bare, &f); err != nil {
		return nil, err
	}
	body := reflect.New(reflect.TypeOf(f.Body)).Elem()
	filled(body, "")
	frame["body"] = body.Interface()
	out, err := json.MarshalIndent(frame, "", " ")
	return append(out, '\n'), err
}

// zeros lists fields that the stored bytes did not fill.
func zeros(have, whole reflect.Value, name string) []string {
	var out []string
	if have.Kind() != reflect.Struct || have.Type() == reflect.TypeFor[time.Time]() {
		if have.IsZero() && !whole.IsZero() {
			return []string{name}
		}
		return nil
	}
	for i := range have.NumField() {
		out = append(out, zeros(have.Field(i), whole.Field(i), name+"."+have.Type().Field(i).Name)...)
	}
	return out
}

// lost names what stood in the stored bytes and is gone when stored again.
func lost(want, have any, name string) string {
	switch w := want.(type) {
	case map[string]any:
		h, ok := have.(map[string]any)
		if !ok {
			return name
		}
		for k, v := range w {
			if s := lost(v, h[k], name+"."+k); s != "" {
				return s
			}
		}
	case []any:
		h, ok := have.([]any)
		if !ok || len(h) != len(w) {
			return name
		}
		for i := range w {
			if s := lost(w[i], h[i], name); s != "" {
				return s
			}
		}
	default:
		if want != have {
			return name
		}
	}
	return ""
}

// TestAFactOfTheFuture: one that this program does not know is kept as it is
// and commands wait until a program that knows it has come.
func TestAFactOfTheFuture(t *testing.T) {
	t.Parallel()
	d := tells(t, basic)
	raw := `{"seq":7,"kind":"teleported","at":"2026-06-03T02:00:00Z","by":{"kind":"staff","id":3},"body":{"to":"mars"}}`
	var f support.Fact
	if err := json.Unmarshal([]byte(raw), &f); err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(f)
	if err != nil || string(again) != raw {
		t.Errorf("it was stored again as %s, %v", again, err)
	}
	support.Fold(d.room.requests[d.id].request, f)
	_, err = d.room.do(d.room.people["ito"], d.id, &support.Comment{Text: support.T("x")})
	if support.CodeOf(err) != support.Busy {
		t.Errorf("a command on it: %v", err)
	}
	if support.Public(f) {
		t.Error("customers see a fact that nobody knows")
	}
}
