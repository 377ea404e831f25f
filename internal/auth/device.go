package auth

import (
	"crypto/hmac"
	"crypto/rand"
	"fmt"
	"strconv"
	"strings"
	"time"

	"madoguchi/internal/support"
)

// deviceKnown is how long a device stays known after somebody signed in with it.
const deviceKnown = 365 * 24 * time.Hour

// device is a browser in which somebody has proved themselves before. It gives
// no right: tries from it are counted apart, so that whoever guesses elsewhere
// keeps nobody out who has been here.
type device struct {
	id   string
	kind support.ActorKind
	of   int64
	ends int64 // seconds
}

func (d device) text() string {
	return fmt.Sprintf("%s.%s.%d.%d", d.id, d.kind, d.of, d.ends)
}

// newDevice is the cookie's value for a browser in which an actor proved
// themselves; one that is known keeps its name.
func (g *Gate) newDevice(former string, actor support.Actor, now time.Time) string {
	d, ok := g.deviceOf(former, actor, now)
	if !ok {
		d = device{id: rand.Text(), kind: actor.Kind, of: actor.ID}
	}
	d.ends = now.Add(deviceKnown).Unix()
	return d.text() + "." + g.Key.digest("device", d.text())
}

// deviceOf reads a cookie's value; false when it is not one of the actor.
func (g *Gate) deviceOf(value string, actor support.Actor, now time.Time) (device, bool) {
	parts := strings.Split(value, ".")
	if len(parts) != 5 {
		return device{}, false
	}
	of, err := strconv.ParseInt(parts[2], 10, 64)
	ends, err2 := strconv.ParseInt(parts[3], 10, 64)
	d := device{parts[0], support.ActorKind(parts[1]), of, ends}
	good := err == nil && err2 == nil && hmac.Equal([]byte(g.Key.digest("device", d.text())), []byte(parts[4]))
	return d, good && d.kind == actor.Kind && d.of == actor.ID && now.Unix() < d.ends
}
