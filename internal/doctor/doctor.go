package doctor

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/chat"
	"github.com/orq-mcp/orq-mcp/internal/install"
	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/redact"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// Patience is how long a run takes at most, but for the time that it takes to end programs.
const Patience = 2500 * time.Millisecond

// Options are the settings of the server whose surroundings are looked at.
type Options struct {
	// Version is the version of this program.
	Version string
	// Key is the API key, BaseURL the address of the service, BaseURLError what is wrong with it, nil for nothing, and API the
	// generation to use.
	Key, BaseURL string
	BaseURLError error
	API          orq.API
	// Sandbox is set if the embedded workspace takes the place of the service.
	Sandbox bool
	// Data is the data file of the embedded workspace, Seed its seed and ReadSeed reads that; each may be empty.
	Data, Seed string
	ReadSeed   func(path string) ([]json.RawMessage, error)
	// Model is the model server, whose URL may be empty.
	Model chat.Options
	// Addr is the address of the HTTP server. Listen listens there for a moment and returns why it cannot, in words.
	Addr   string
	Listen func(addr string) error
	// Machine is where the files of clients are, and Project the folder whose files are looked at, too; "" for none.
	Machine install.Machine
	Project string
	// Environ are the variables of this process, as NAME=VALUE.
	Environ []string
	// Proxy returns the proxy for a request: http.ProxyFromEnvironment when nil.
	Proxy func(*http.Request) (*url.URL, error)
}

// doctor is one run.
type doctor struct {
	Options

	// patience is Patience, and startTime how long a program may take to start and to list its tools.
	patience, startTime time.Duration

	http   *http.Client
	dialer net.Dialer
	dial   func(ctx context.Context, network, address string) (net.Conn, error)

	mu       sync.Mutex
	findings []Finding
	ended    bool
}

// check is something to look at, and the ids of which it reports at least one finding each.
type check struct {
	ids []string
	run func(context.Context)
}

// Run looks at everything at once. It takes Patience at most, or ends with ctx.
func Run(ctx context.Context, options Options) Report {
	return newDoctor(options).report(ctx)
}

func newDoctor(options Options) *doctor {
	d := &doctor{Options: options, patience: Patience, startTime: 2 * time.Second}
	d.dial = d.dialer.DialContext
	if d.Proxy == nil {
		d.Proxy = http.ProxyFromEnvironment
	}
	sender := orq.NewTransport()
	sender.Proxy = d.Proxy
	sender.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		return d.dial(ctx, network, address)
	}
	d.http = &http.Client{Transport: sender, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return d
}

func (d *doctor) checks() []check {
	service := []string{checkConnection, checkTLS, checkClock, checkAccess, checkOperations}
	workspace := []string{checkData, checkSeed}
	if d.Sandbox {
		workspace = append(workspace, checkA2A)
	} else {
		service = append(service, checkA2A)
	}
	return []check{
		{[]string{checkKey, checkBaseURL}, func(context.Context) { d.lookAtSettings() }},
		{[]string{checkProxy}, d.lookAtProxy},
		{service, d.lookAtService},
		{workspace, d.lookAtWorkspace},
		{[]string{checkModel}, d.lookAtModel},
		{[]string{checkPort}, d.lookAtPort},
		{[]string{checkClient}, d.lookAtClients},
	}
}

// report runs the checks and returns their findings, with one for each check that has not ended in time. What such a check
// finds later is lost.
func (d *doctor) report(ctx context.Context) Report {
	ctx, cancel := context.WithTimeout(ctx, d.patience)
	defer cancel()
	checks := d.checks()
	ended := make(chan check, len(checks))
	for _, each := range checks {
		go func() {
			each.run(ctx)
			ended <- each
		}()
	}
	await(ended, len(checks), d.patience+grace)
	d.http.CloseIdleConnections()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ended = true
	for _, each := range checks {
		d.addMissing(each)
	}
	return newReport(d.Version, d.findings)
}

// await returns when there were so many ends, or after a time.
func await(ended <-chan check, number int, atMost time.Duration) {
	late := time.NewTimer(atMost)
	defer late.Stop()
	for range number {
		select {
		case <-ended:
		case <-late.C:
			return
		}
	}
}

// grace is how long checks may take to end what they have begun, such as programs, when the time is over.
const grace = 400 * time.Millisecond

// addMissing adds a finding for each id of a check that has none.
func (d *doctor) addMissing(of check) {
	has := map[string]bool{}
	for _, each := range d.findings {
		has[each.ID] = true
	}
	for _, id := range of.ids {
		if !has[id] {
			d.findings = append(d.findings, Finding{ID: id, State: Failed, Found: "it brought no result within " + d.patience.String(), Do: "run orq-mcp doctor again"})
		}
	}
}

// maxText bounds the texts of a finding, in bytes: those of a service may be long.
const maxText = 600

// add records a finding, without secrets, each text on one line.
func (d *doctor) add(f Finding) {
	key := redact.NewKey(d.Key, d.Model.Key)
	for _, text := range []*string{&f.Subject, &f.Found, &f.Do} {
		*text = truncate.Bytes(strings.Join(strings.Fields(redact.Text(key.Mask(*text))), " "), maxText)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.ended {
		d.findings = append(d.findings, f)
	}
}

// skip records that checks were left out, and why.
func (d *doctor) skip(reason string, ids ...string) {
	for _, id := range ids {
		d.add(Finding{ID: id, State: Skipped, Found: reason})
	}
}

// newClient returns a client of the service.
func (d *doctor) newClient() (*orq.Client, error) {
	return orq.New(orq.Options{
		BaseURL: d.BaseURL, APIKey: d.Key, UserAgent: "orq-mcp/" + d.Version, Transport: d.http.Transport,
		Logger: slog.New(slog.DiscardHandler), Proxy: d.proxyVariables(), API: d.API,
	})
}

// count returns a number with what is counted, of which plural is the form for all numbers but 1.
func count(number int, singular, plural string) string {
	if number == 1 {
		return "1 " + singular
	}
	return fmt.Sprintf("%d %s", number, plural)
}
