package packaging

import (
	"testing"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
)

// TestComposeStarts loads the file as docker compose does, and starts each service's command with its environment.
func TestComposeStarts(t *testing.T) {
	t.Parallel()
	project, err := loader.LoadWithContext(t.Context(), types.ConfigDetails{
		WorkingDir:  "../examples/compose",
		ConfigFiles: []types.ConfigFile{{Filename: "../examples/compose/compose.yaml"}},
		Environment: types.Mapping{"ORQ_MCP_SANDBOX_KEY": "a-key-of-the-workspace"},
	})
	if err != nil {
		t.Fatal(err)
	}
	ports := map[string]string{}
	for _, name := range []string{"workspace", "server"} {
		service, err := project.GetService(name)
		if err != nil {
			t.Fatal(err)
		}
		if !service.ReadOnly || len(service.CapDrop) != 1 || service.CapDrop[0] != "ALL" {
			t.Errorf("%s: read_only = %v, cap_drop = %v, want a container that may do nothing", name, service.ReadOnly, service.CapDrop)
		}
		var environment []string
		for variable, value := range service.Environment {
			if variable == "ORQ_BASE_URL" {
				if *value != "http://workspace:8586" {
					t.Errorf("ORQ_BASE_URL = %s, want that of the workspace", *value)
				}
				*value = "http://127.0.0.1:" + ports["workspace"]
			}
			environment = append(environment, variable+"="+*value)
		}
		args := anyPort(service.Command)
		for i, argument := range args {
			if argument == "/data/workspace.db" {
				args[i] = t.TempDir() + "/workspace.db"
			}
		}
		ports[name] = serve(t, environment, args...)
	}
	checkHealth(t, ports["server"])
	checkTools(t, "http://127.0.0.1:"+ports["server"]+"/mcp", "a-key-of-the-workspace")
}

func TestComposeWantsAKey(t *testing.T) {
	t.Parallel()
	_, err := loader.LoadWithContext(t.Context(), types.ConfigDetails{
		WorkingDir: "../examples/compose", ConfigFiles: []types.ConfigFile{{Filename: "../examples/compose/compose.yaml"}},
	})
	if err == nil {
		t.Error("the workspace starts without a key, want an error that names the variable")
	}
}
