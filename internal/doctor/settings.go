package doctor

import (
	"net/url"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/apikey"
	"github.com/orq-mcp/orq-mcp/internal/origin"
	"github.com/orq-mcp/orq-mcp/internal/redact"
)

// inSandbox is why nothing of the service is looked at.
const inSandbox = "--sandbox: the local workspace needs none"

// lookAtSettings looks at the key and the address as they are set, without sending anything.
func (d *doctor) lookAtSettings() {
	if d.Sandbox {
		d.skip(inSandbox, checkKey, checkBaseURL)
		return
	}
	d.add(d.keyFinding())
	d.add(d.baseURLFinding())
}

func (d *doctor) keyFinding() Finding {
	f := Finding{ID: checkKey, State: OK, Found: "ORQ_API_KEY is set"}
	switch err := apikey.Check(d.Key); {
	case strings.TrimSpace(d.Key) == "":
		f.State, f.Found = Failed, "ORQ_API_KEY is not set: tools are listed, but their calls fail"
		f.Do = "create a key in orq.ai under workspace settings and set ORQ_API_KEY; for a sandbox, which needs none: orq-mcp doctor --sandbox"
	case err != nil:
		f.State, f.Found = Failed, "ORQ_API_KEY "+err.Error()
		f.Do = "set ORQ_API_KEY to the key itself"
	}
	return f
}

func (d *doctor) baseURLFinding() Finding {
	f := Finding{ID: checkBaseURL, State: OK, Found: redact.URL(d.BaseURL)}
	at, err := url.Parse(d.BaseURL)
	switch {
	case d.BaseURLError != nil:
		f.State, f.Found = Failed, d.BaseURLError.Error()
		f.Do = "correct ORQ_BASE_URL or --base-url; without both it is https://my.orq.ai"
	case err == nil && at.Scheme == "http" && !origin.IsThisMachine(at.Hostname()):
		f.State, f.Found = Warning, f.Found+" is plain http: whoever is on the way can read the key"
		f.Do = "use https, or a host on this machine"
	}
	return f
}

// hasService reports whether the settings lead to a service.
func (d *doctor) hasService() bool { return !d.Sandbox && d.BaseURLError == nil }

// hasKey reports whether there is a key to send.
func (d *doctor) hasKey() bool { return strings.TrimSpace(d.Key) != "" && apikey.Check(d.Key) == nil }
