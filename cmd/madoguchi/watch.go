package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"madoguchi/internal/store"
)

// figuresWithin is how long the database may take to count for one scrape.
const figuresWithin = 5 * time.Second

// watch serves figures and profiles on their own address, if there is one. stop
// ends that; it lives as long as the desk, so that its end can be watched too.
func (c *serveCmd) watch(ctx context.Context, h *house, log *slog.Logger) (stop func(), err error) {
	if c.Watch == "" {
		return func() {}, nil
	}
	l, err := net.Listen("tcp", c.Watch)
	if err != nil {
		return nil, fmt.Errorf("--watch: %w", cannotListen(c.Watch, err))
	}
	// No WriteTimeout: a profile takes as long as it is asked to.
	server := &http.Server{Handler: h.watched(), ReadHeaderTimeout: 10 * time.Second, BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) }}
	go func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			log.Error("figures are served no more", "error", err)
		}
	}()
	log.Info("watching", "address", l.Addr().String())
	return func() { _ = server.Close() }, nil
}

// watched are the routes of the second address.
func (h *house) watched() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", h.metrics)
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return mux
}

// metrics answers in Prometheus' text format. Written by hand: it is these
// lines, and its client library would bring nine modules. When the database does
// not answer, what the process knows by itself is still told.
func (h *house) metrics(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), figuresWithin)
	defer cancel()
	var b bytes.Buffer
	now := h.desk.Now()
	f, err := h.store.Figures(ctx, now, time.Now())
	up := int64(1)
	if err != nil {
		h.log.Error("no figures", "error", err)
		up = 0
	}
	gauge(&b, "database_up", "Whether the database answered.", sample{"", float64(up)})
	if err == nil {
		writeFigures(&b, f, now)
	}
	gauge(&b, "damaged_files", "Files that this node found damaged or missing since it began.", sample{"", float64(h.desk.DamagedFiles())})
	writeLoad(&b, h.store.Load())
	writeCommits(&b, h.store.Commits())
	writeProcess(&b)
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	_, _ = b.WriteTo(w)
}

// sample is one line: labels as they are written, and the value.
type sample struct {
	labels string
	value  float64
}

func gauge(w io.Writer, name, help string, lines ...sample) { family(w, name, "gauge", help, lines) }

func family(w io.Writer, name, kind, help string, lines []sample) {
	fmt.Fprintf(w, "# HELP madoguchi_%s %s\n# TYPE madoguchi_%s %s\n", name, help, name, kind)
	for _, s := range lines {
		fmt.Fprintf(w, "madoguchi_%s%s %s\n", name, s.labels, number(s.value))
	}
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

var labelText = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

func labelled(name, value string) string { return `{` + name + `="` + labelText.Replace(value) + `"}` }

func writeFigures(w io.Writer, f store.Figures, now time.Time) {
	var open, waiting, longest, missed []sample
	for _, q := range f.Queues {
		l, age := labelled("queue", q.Queue), 0.0
		if !q.Since.IsZero() {
			age = max(0, now.Sub(q.Since).Seconds())
		}
		open, waiting = append(open, sample{l, float64(q.Open)}), append(waiting, sample{l, float64(q.Waiting)})
		longest, missed = append(longest, sample{l, age}), append(missed, sample{l, float64(q.Missed)})
	}
	gauge(w, "open_requests", "Open requests by queue, of 10000 at the most.", open...)
	gauge(w, "queue_depth", "Open requests that wait in a queue for somebody to take them.", waiting...)
	gauge(w, "queue_oldest_seconds", "How long the first of them has waited.", longest...)
	gauge(w, "missed_requests", "Open requests whose next target was missed.", missed...)
	gauge(w, "effects", "Notices that have not left, by state, 10000 at the most.",
		sample{labelled("state", "ready"), float64(f.Waiting)}, sample{labelled("state", "claimed"), float64(f.Claimed)},
		sample{labelled("state", "later"), float64(f.Later)}, sample{labelled("state", "dead"), float64(f.Dead)})
	lag := 0.0
	if !f.NextDue.IsZero() {
		lag = max(0, now.Sub(f.NextDue).Seconds())
	}
	gauge(w, "overdue_requests", "Requests for which something is due that the timer has not done.", sample{"", float64(f.Overdue)})
	gauge(w, "clock_lag_seconds", "How late the timer is with the first of them.", sample{"", lag})
	gauge(w, "webhooks", "Webhooks by state; failed ones were disabled by the desk.",
		sample{labelled("state", "sound"), float64(f.Webhooks - f.Failing)}, sample{labelled("state", "failing"), float64(f.Failing)},
		sample{labelled("state", "failed"), float64(f.Disabled)})
	gauge(w, "recent_targets", "Outcomes of targets among the last 10000 events.",
		sample{labelled("outcome", "met"), float64(f.Met)}, sample{labelled("outcome", "missed"), float64(f.Missed)})
}

func writeLoad(w io.Writer, l store.Load) {
	gauge(w, "database_turns", "Connections that may be used at one time, those that are, and who waits for one or for the writer.",
		sample{labelled("state", "all"), float64(l.Turns)}, sample{labelled("state", "taken"), float64(l.Taken)},
		sample{labelled("state", "waiting"), float64(l.Waiting)})
	family(w, "database_refused_total", "counter", "What was refused because its turn did not come in time.", []sample{{"", float64(l.Refused)}})
}

func writeCommits(w io.Writer, c store.Commits) {
	const name = "madoguchi_commit_seconds"
	fmt.Fprintf(w, "# HELP %s From the call of an update until it was durable.\n# TYPE %s histogram\n", name, name)
	sum := int64(0)
	for i, n := range c.Count {
		sum += n
		bound := "+Inf"
		if i < len(store.CommitBounds) {
			bound = number(store.CommitBounds[i])
		}
		fmt.Fprintf(w, "%s_bucket%s %d\n", name, labelled("le", bound), sum)
	}
	fmt.Fprintf(w, "%s_sum %s\n%s_count %d\n", name, number(c.Sum.Seconds()), name, sum)
}

var started = time.Now()

func writeProcess(w io.Writer) {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if cpu, ok := cpuSeconds(); ok {
		family(w, "process_cpu_seconds_total", "counter", "CPU time of the process.", []sample{{"", cpu}})
	}
	gauge(w, "process_memory_bytes", "Memory that the runtime has of the system.", sample{"", float64(m.Sys - m.HeapReleased)})
	gauge(w, "process_goroutines", "Goroutines.", sample{"", float64(runtime.NumGoroutine())})
	if open, err := os.ReadDir("/proc/self/fd"); err == nil {
		gauge(w, "process_open_files", "Open file descriptors.", sample{"", float64(len(open))})
	}
	gauge(w, "process_start_time_seconds", "When the process started, since 1970.", sample{"", float64(started.Unix())})
	gauge(w, "build", "The version that runs.", sample{labelled("version", version()), 1})
}

// cpuSeconds is what Linux says; other systems say it elsewhere. Fields are
// counted after the program's name, which may hold blanks, in hundredths of a
// second.
func cpuSeconds() (float64, bool) {
	stat, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		return 0, false
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if len(fields) < 13 {
		return 0, false
	}
	user, err := strconv.ParseFloat(fields[11], 64)
	system, err2 := strconv.ParseFloat(fields[12], 64)
	return (user + system) / 100, errors.Join(err, err2) == nil
}
