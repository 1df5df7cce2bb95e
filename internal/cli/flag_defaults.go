package cli

import (
	"strconv"

	"github.com/alecthomas/kong"

	"github.com/orq-mcp/orq-mcp/internal/relay"
)

// flagDefaults returns the variables of default tags whose values are constants of other packages.
func flagDefaults() kong.Vars {
	return kong.Vars{"text_limit": strconv.Itoa(relay.DefaultTextLimit)}
}
