package doctor

import (
	"context"
	"fmt"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// lookAtOperations looks at which operations the service has, by requests that only read.
func (d *doctor) lookAtOperations(ctx context.Context, client *orq.Client) {
	offer, err := client.Offer(ctx)
	switch {
	case err != nil && ctx.Err() != nil:
		d.add(Finding{ID: checkOperations, State: Warning, Found: d.describe(ctx, err).Error(), Do: "run orq-mcp doctor again"})
	case err != nil:
		d.skip("the service did not answer what it offers: "+err.Error(), checkOperations)
	default:
		d.add(operationsFinding(offer, d.API))
	}
}

// operationsFinding describes what a service offers, and which generation of it is used.
func operationsFinding(offer orq.Offer, api orq.API) Finding {
	f := Finding{ID: checkOperations, State: OK}
	var has []string
	for _, each := range []struct {
		there bool
		name  string
	}{
		{offer.Agents, "agents"}, {offer.Runs, "runs of March 2026"}, {offer.Responses, "the Responses API of today"},
		{offer.External, "external agents of today"},
	} {
		if each.there {
			has = append(has, each.name)
		}
	}
	f.Found = "found by reading: " + strings.Join(has, ", ")
	switch used := generation(offer, api); {
	case !offer.Agents:
		f.State, f.Found = Failed, "the service has no operations on agents"
		f.Do = "correct ORQ_BASE_URL or --base-url"
	case used == "":
		f.State, f.Found = Failed, fmt.Sprintf("%s; runs as --api %s wants them are missing", f.Found, api)
		f.Do = "leave out --api and ORQ_MCP_API, so that what the service has is used"
		if !offer.Runs && !offer.Responses {
			f.Found = strings.Replace(f.Found, fmt.Sprintf("as --api %s wants them ", api), "of either generation ", 1)
			f.Do = "agents can be managed, but not run, with this service or this key"
		}
	default:
		f.Found += "; runs use " + used
	}
	return f
}

// generation describes the operations that runs use, and why; "" if they are missing.
func generation(offer orq.Offer, api orq.API) string {
	switch {
	case api == orq.APIAgents && offer.Runs:
		return "those of March, as --api says"
	case api == orq.APIResponses && offer.Responses:
		return "the Responses API, as --api says"
	case api != orq.APIAuto && api != "":
		return ""
	case offer.Runs:
		return "those of March, which are tried first"
	case offer.Responses:
		return "the Responses API, because those of March are missing"
	}
	return ""
}
