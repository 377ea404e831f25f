package pgtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// Server is a server over a folder that is kept, durable as one in production
// is: what measures and not what tests uses it. It ends with the program.
type Server struct {
	folder string // of its data
	at     *instance
	run    *exec.Cmd
}

// Tool is a program of the server's, such as pg_dump.
func Tool(name string, args ...string) *exec.Cmd {
	return exec.Command(filepath.Join(bin(), name), args...)
}

// Installed tells whether the programs of a server were found.
func Installed() bool { return bin() != "" }

// Start makes a server's folder, unless it is there, and starts the server over
// it. One server at a time has a folder.
func Start(folder string) (*Server, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return nil, err
	}
	sockets, err := os.MkdirTemp("", "pg")
	if err != nil {
		return nil, err
	}
	attr := &syscall.SysProcAttr{Setpgid: true}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	if os.Getuid() == 0 {
		if attr.Credential, err = owner(folder); err == nil {
			_, err = owner(sockets)
		}
		if err != nil {
			return nil, err
		}
	}
	data := filepath.Join(folder, "data")
	if _, err := os.Stat(filepath.Join(data, "PG_VERSION")); errors.Is(err, os.ErrNotExist) {
		initdb := exec.Command(bin()+"/initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8")
		initdb.SysProcAttr, initdb.Dir = attr, folder
		if out, err := initdb.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("initdb: %w\n%s", err, out)
		}
	}
	s := &Server{folder: data, at: &instance{dir: sockets}}
	s.run = exec.Command("sh", "-c", supervise, "sh", sockets, bin()+"/postgres", "-D", data, "-k", sockets)
	for _, setting := range []string{"listen_addresses=", "max_connections=300", "shared_buffers=128MB", "max_wal_size=4GB"} {
		s.run.Args = append(s.run.Args, "-c", setting)
	}
	s.run.SysProcAttr, s.run.Dir = attr, sockets
	var holds io.WriteCloser
	if holds, err = s.run.StdinPipe(); err != nil {
		return nil, err
	}
	s.at.holds = holds
	if err := s.run.Start(); err != nil {
		return nil, err
	}
	if err := s.at.ready(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close ends the server and waits until it has.
func (s *Server) Close() error {
	err := s.at.holds.Close()
	_ = s.run.Wait() // its status says how it was ended
	return err
}

// PID is that of the server's first process, whose children the others are; 0
// when it does not run.
func (s *Server) PID() int {
	raw, _ := os.ReadFile(filepath.Join(s.folder, "postmaster.pid"))
	first, _, _ := strings.Cut(string(raw), "\n")
	pid, _ := strconv.Atoi(first)
	return pid
}

// Execute runs one statement.
func (s *Server) Execute(text string) error { return s.at.execute(text) }

// Create makes a database anew, a copy of another one or empty, and gives its
// URL.
func (s *Server) Create(name, copyOf string) (string, error) {
	if copyOf == "" {
		copyOf = "template0"
	}
	return s.at.url(name), errors.Join(s.Drop(name), s.Execute("CREATE DATABASE "+name+" TEMPLATE "+copyOf+" STRATEGY file_copy"))
}

// Drop removes a database, if there is one.
func (s *Server) Drop(name string) error {
	return s.Execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)")
}

// Has tells whether there is a database of a name.
func (s *Server) Has(name string) (bool, error) {
	n, err := s.number("SELECT COUNT(*) FROM pg_database WHERE datname = $1", name)
	return n > 0, err
}

// Size is that of a database in bytes.
func (s *Server) Size(name string) (int64, error) {
	return s.number("SELECT pg_database_size($1)", name)
}

func (s *Server) number(text, name string) (int64, error) {
	db, err := sql.Open("pgx", s.at.url("postgres"))
	if err != nil {
		return 0, err
	}
	defer db.Close()
	var n int64
	err = db.QueryRowContext(context.Background(), text, name).Scan(&n)
	return n, err
}
