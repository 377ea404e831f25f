// Command madoguchi is the desk and its tools in one program.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"reflect"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
)

// cli is every command of the program.
type cli struct {
	Serve       serveCmd       `cmd:"" help:"Run a desk."`
	Demo        demoCmd        `cmd:"" help:"Run a desk with people to try it as, and a clock that you set."`
	Migrate     migrateCmd     `cmd:"" help:"Bring the database up to this program."`
	Check       checkCmd       `cmd:"" help:"Prove a database: chains, texts, rows and clocks."`
	Backup      backupCmd      `cmd:"" help:"Copy the database of a desk, which may be running, and prove the copy."`
	Restore     restoreCmd     `cmd:"" help:"Put a backup into the place of a database that is not there, and prove it."`
	Export      exportCmd      `cmd:"" help:"Write everything that the database holds into a file."`
	Import      importCmd      `cmd:"" help:"Fill a new database with an export, or enter another system's CSV files."`
	Load        loadCmd        `cmd:"" help:"Fill a new database with generated requests, to measure with."`
	Policy      policyCmd      `cmd:"" help:"Look at policy packs: lint, diff, explain, show."`
	Calendar    calendarCmd    `cmd:"" help:"Business time: compute, import and review holidays."`
	Entitlement entitlementCmd `cmd:"" help:"Who may ask for what, and why."`
	Search      searchCmd      `cmd:"" help:"Search self-help: advisories, known defects, places, telephone, compatibility."`
	Security    securityCmd    `cmd:"" help:"Reports of security problems, open to anyone."`
	Advisory    advisoryCmd    `cmd:"" help:"Security advisories, open to anyone once they are published."`
	Wish        wishCmd        `cmd:"" help:"Wishes for features."`
	Exception   exceptionCmd   `cmd:"" help:"Entitlement beside contracts, granted by the duty manager."`
	Handling    handlingCmd    `cmd:"" help:"Special handling notes for staff."`
	Request     requestCmd     `cmd:"" help:"Support requests: file, look at, work on."`
	Product     productCmd     `cmd:"" help:"Products that can be named in a request."`
	Contract    contractCmd    `cmd:"" help:"Contracts and what they cover."`
	Licence     licenceCmd     `cmd:"" help:"Licence keys and their folders."`
	Plan        planCmd        `cmd:"" help:"Plans for rollouts."`
	Profile     profileCmd     `cmd:"" help:"A contact's profile: address, certifications, courses."`
	Defect      defectCmd      `cmd:"" help:"Defects: report, follow, decide."`
	Beta        betaCmd        `cmd:"" help:"Beta programmes: join, invite, end."`
	Broadcast   broadcastCmd   `cmd:"" help:"One message to the customers of many requests."`
	Alert       alertCmd       `cmd:"" help:"Alerts about products, for those who subscribe."`
	Report      reportCmd      `cmd:"" help:"Figures: attainment, ages, completions, whose turn it was, surveys, accounts."`
	Callback    callbackCmd    `cmd:"" help:"Call-backs, and calls that came in."`
	User        userCmd        `cmd:"" help:"Contacts, staff and their roles."`
	Rota        rotaCmd        `cmd:"" help:"Rotas of teams: who is on duty, and who is away."`
	Token       tokenCmd       `cmd:"" help:"Access tokens."`
	Effect      effectCmd      `cmd:"" help:"Notices to people: those that were given up, and what left."`
	Mail        mailCmd        `cmd:"" help:"Mails that leave: their signature."`
	Webhook     webhookCmd     `cmd:"" help:"Webhooks: URLs to which events are posted."`
	Mailbox     mailboxCmd     `cmd:"" help:"Mailboxes from which mails are fetched."`
	Suppression suppressionCmd `cmd:"" help:"Addresses to which no mail leaves."`
	Completion  completionCmd  `cmd:"" help:"Completion for a shell."`

	Version kong.VersionFlag `help:"Print the version and end."`
}

func main() {
	ctx, stop := context.WithCancelCause(context.Background())
	told := make(chan os.Signal, 1)
	signal.Notify(told, os.Interrupt, syscall.SIGTERM)
	go func() {
		cause := error(interrupted{})
		if <-told == syscall.SIGTERM {
			cause = terminated{}
		}
		signal.Stop(told) // the next one ends the process at once
		stop(cause)
	}()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// interrupted and terminated are why the program ends: somebody at a terminal
// wants it to, or whoever runs it as a service.
type (
	interrupted struct{}
	terminated  struct{}
)

func (interrupted) Error() string { return "interrupted" }
func (terminated) Error() string  { return "told to stop" }

// version is the module's, or the revision that the program was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return s.Value[:12]
		}
	}
	return info.Main.Version
}

// commands is as much of [cli] as a command line is about: to look through all of it
// takes longer than most commands run.
func commands(args []string) any {
	if len(args) == 0 || args[0] == "completion" { // which is about all
		return new(cli)
	}
	var kept []reflect.StructField
	found := false
	for f := range reflect.TypeFor[cli]().Fields() {
		_, command := f.Tag.Lookup("cmd")
		named := command && strings.ToLower(f.Name) == args[0]
		if !command || named {
			kept = append(kept, f)
		}
		found = found || named
	}
	if !found {
		return new(cli)
	}
	return reflect.New(reflect.StructOf(kept)).Interface()
}

// run carries out one command line and gives the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	code := -1
	parser, err := kong.New(commands(args),
		kong.Name("madoguchi"), kong.Description("Contract-backed technical support."),
		kong.Vars{"version": version()}, kong.Writers(stdout, stderr), kong.UsageOnError(),
		kong.Exit(func(n int) { code = n }),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.BindTo(stdin, (*io.Reader)(nil)), kong.BindTo(stdout, (*io.Writer)(nil)),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	if err != nil {
		return exitCode(stderr, err, args...)
	}
	k, err := parser.Parse(args)
	if code >= 0 {
		return code // help or version was printed
	}
	if err != nil {
		return exitCode(stderr, err, args...)
	}
	return exitCode(stderr, k.Run(), args...)
}
