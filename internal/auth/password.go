package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha1"
	"crypto/subtle"
	_ "embed"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"sort"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"madoguchi/internal/support"
)

// How long a password is, in characters (NIST SP 800-63B, 3.1.1.2).
const (
	ShortestPassword = 12
	LongestPassword  = 128
)

const (
	saltBytes = 16
	sumBytes  = 32
)

// argon are the parameters of argon2id, as OWASP's cheat sheet for password
// storage has them.
type argon struct {
	memory  uint32 // KiB
	passes  uint32
	threads uint8
}

var parameters = argon{memory: 19 * 1024, passes: 2, threads: 1}

func (p argon) sum(password string, salt []byte) []byte {
	return argon2.IDKey([]byte(password), salt, p.passes, p.memory, p.threads, sumBytes)
}

func (p argon) encode(salt, sum []byte) string {
	b := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.memory, p.passes, p.threads, b.EncodeToString(salt), b.EncodeToString(sum))
}

// decodeHash reads what encode wrote, perhaps with other parameters.
func decodeHash(text string) (p argon, salt, sum []byte, err error) {
	var version int
	parts := strings.Split(text, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return argon{}, nil, nil, errors.New("not a hash of argon2id")
	}
	_, err = fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &p.memory, &p.passes, &p.threads)
	b := base64.RawStdEncoding
	salt, err1 := b.DecodeString(parts[4])
	sum, err2 := b.DecodeString(parts[5])
	if err = errors.Join(err, err1, err2); err == nil && (version != argon2.Version || len(sum) != sumBytes || p.passes == 0 || p.threads == 0 || p.memory > 1<<20) {
		err = errors.New("a hash of parameters that are not ours")
	}
	return p, salt, sum, err
}

// hashPassword makes what is kept of a password in the form of [normal].
func (g *Gate) hashPassword(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails: the program stops instead
	sum, err := g.hash(ctx, parameters, password, salt)
	if err != nil {
		return "", err
	}
	return parameters.encode(salt, sum), nil
}

// matches tells whether a hash is that of a password, and whether it should be
// made anew because our parameters are others by now.
func (g *Gate) matches(ctx context.Context, hash, password string) (ok, stale bool, err error) {
	p, salt, want, err := decodeHash(hash)
	if err != nil {
		return false, false, fmt.Errorf("a password that is kept: %w", err)
	}
	sum, err := g.hash(ctx, p, password, salt)
	if err != nil {
		return false, false, err
	}
	return subtle.ConstantTimeCompare(sum, want) == 1, p != parameters, nil
}

// normal is the one form of a password, however a keyboard composes it. What is
// longer than any password is cut, so that nobody lets us work.
func normal(password string) string {
	const most = 16 * LongestPassword
	if len(password) > most {
		password = password[:most]
	}
	return norm.NFKC.String(password)
}

// checkPassword refuses a password that should not be chosen. It is in the form
// of [normal]. about are the person's address and names.
func (g *Gate) checkPassword(password string, about ...string) error {
	n := utf8.RuneCountInString(password)
	switch {
	case !utf8.ValidString(password) || strings.ContainsRune(password, 0):
		return support.Wrong("password", "password.not_text")
	case n < ShortestPassword:
		return support.Wrong("password", "password.short", "least", fmt.Sprint(ShortestPassword))
	case n > LongestPassword:
		return support.Wrong("password", "password.long", "most", fmt.Sprint(LongestPassword))
	case monotonous(password) || names(password, append(about, g.Name)):
		return support.Wrong("password", "password.guessable")
	}
	sum := sha1.Sum([]byte(password))
	found, err := listed(strings.NewReader(common), int64(len(common)), sum)
	if err == nil && !found && g.Leaked != "" {
		found, err = listedIn(g.Leaked, sum)
	}
	if err == nil && found {
		err = support.Wrong("password", "password.leaked")
	}
	return err
}

// monotonous tells whether a password is a few characters again and again, or
// one step of the alphabet after the other.
func monotonous(password string) bool {
	runes := []rune(strings.ToLower(password))
	for period := 1; period <= 4; period++ {
		same := true
		for i := period; i < len(runes) && same; i++ {
			same = runes[i] == runes[i-period]
		}
		if same {
			return true
		}
	}
	for _, step := range []rune{1, -1} {
		steps := 0
		for i := 1; i < len(runes); i++ {
			if runes[i]-runes[i-1] == step || step == 1 && runes[i-1] == '9' && runes[i] == '0' {
				steps++
			}
		}
		if steps >= len(runes)-2 {
			return true
		}
	}
	return false
}

// names tells whether little is left of a password without what everybody knows
// of the person.
func names(password string, about []string) bool {
	left := strings.ToLower(password)
	for _, word := range about {
		word = strings.ToLower(norm.NFKC.String(word))
		user, domain, _ := strings.Cut(word, "@")
		for _, part := range []string{word, user, domain} {
			if utf8.RuneCountInString(part) >= 3 || !isASCII(part) && part != "" {
				left = strings.ReplaceAll(left, part, "")
			}
		}
	}
	return utf8.RuneCountInString(left) < ShortestPassword/2
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

// common are the SHA-1 sums of the commonest passwords of twelve characters and
// more, sorted: those of the list in zxcvbn (Dropbox, MIT), and the like.
//
//go:embed common.txt
var common string

const (
	lineBytes  = 80 // no line of a list is longer
	leastDigit = 16 // of a sum that is cut
)

// CheckLeaked refuses a file that is no list of leaked passwords: lines that
// begin with a SHA-1 sum in hexadecimal, or with the first 16 digits or more of
// one, sorted; what follows a colon is not read. So Have I Been Pwned offers it,
// ordered by hash. The list may be of any length: it is searched where it lies.
func CheckLeaked(path string) error {
	f, size, err := opened(path)
	if err != nil {
		return err
	}
	defer f.Close()
	before := ""
	for i := range int64(9) {
		line, err := lineFrom(f, size, i*size/9)
		if err != nil {
			return fmt.Errorf("list of leaked passwords %s: %w", path, err)
		}
		if _, err := hex.DecodeString(line[:len(line)/2*2]); err != nil || len(line) < leastDigit || len(line) > 2*sha1.Size || line < before {
			return fmt.Errorf("list of leaked passwords %s: it has no sorted SHA-1 sums near byte %d: get the one that is ordered by hash", path, i*size/9)
		}
		before = line
	}
	return nil
}

func opened(path string) (*os.File, int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, fmt.Errorf("list of leaked passwords: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return f, info.Size(), nil
}

func listedIn(path string, sum [sha1.Size]byte) (bool, error) {
	f, size, err := opened(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	return listed(f, size, sum)
}

// listed looks a sum up in a sorted list, reading some 30 lines of it.
func listed(list io.ReaderAt, size int64, sum [sha1.Size]byte) (bool, error) {
	want := strings.ToUpper(hex.EncodeToString(sum[:]))
	var failed error
	at := sort.Search(int(size), func(off int) bool {
		line, err := lineFrom(list, size, int64(off))
		if err != nil {
			failed = errors.Join(failed, err)
		}
		return line == "" || line >= want[:min(len(line), len(want))]
	})
	line, err := lineFrom(list, size, int64(at))
	if err = errors.Join(failed, err); err != nil {
		return false, fmt.Errorf("search leaked passwords: %w", err)
	}
	return len(line) >= leastDigit && strings.HasPrefix(want, line), nil
}

// lineFrom reads the sum in the first line that begins at a place or after it;
// "" behind the last.
func lineFrom(list io.ReaderAt, size, off int64) (string, error) {
	from := max(off-1, 0) // a line begins at off when the byte before ends one
	buf := make([]byte, min(2*lineBytes, size-from))
	if _, err := list.ReadAt(buf, from); err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	text := string(buf)
	if off > 0 {
		_, after, ok := strings.Cut(text, "\n")
		if !ok {
			return "", nil
		}
		text = after
	}
	line, _, _ := strings.Cut(text, "\n")
	line, _, _ = strings.Cut(line, ":")
	return strings.ToUpper(strings.TrimSpace(line)), nil
}
