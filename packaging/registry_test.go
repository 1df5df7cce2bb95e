package packaging

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/registry/pkg/model"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

const registryModule = "github.com/modelcontextprotocol/registry"

// registrySchema is the schema with which the registry itself validates, from its module.
func registrySchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", registryModule).Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	path := filepath.Join(strings.TrimSpace(string(out)), "internal/validators/schemas", model.CurrentSchemaVersion+".json")
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	schema, err := compiler.Compile(path)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// TestServerJSONIsWhatTheRegistryAccepts checks the file in the repository, and the one of a release that was built here.
func TestServerJSONIsWhatTheRegistryAccepts(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"server.json", "../dist/server.json"} {
		text, err := os.ReadFile(path)
		if os.IsNotExist(err) && path != "server.json" {
			t.Logf("%s is not checked: make snapshot writes it", path)
			continue
		} else if err != nil {
			t.Fatal(err)
		}
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if err := registrySchema(t).Validate(value); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if schema := value.(map[string]any)["$schema"]; schema != model.CurrentSchemaURL {
			t.Errorf("%s: $schema = %v, want %s", path, schema, model.CurrentSchemaURL)
		}
	}
}

// TestPackagesNameTheirServer wants in each package the name by which the registry knows that it belongs to the server.
func TestPackagesNameTheirServer(t *testing.T) {
	t.Parallel()
	var server struct {
		Name     string
		Packages []model.Package
	}
	if err := json.Unmarshal([]byte(read(t, "server.json")), &server); err != nil {
		t.Fatal(err)
	}
	var manifest struct{ Name, MCPName string }
	if err := json.Unmarshal([]byte(read(t, "npm/server/package.json")), &manifest); err != nil {
		t.Fatal(err)
	}
	if manifest.MCPName != server.Name {
		t.Errorf("mcpName = %q, want %q", manifest.MCPName, server.Name)
	}
	if label := `io.modelcontextprotocol.server.name="` + server.Name + `"`; !strings.Contains(read(t, "../Dockerfile"), label) {
		t.Errorf("the Dockerfile has no label %s", label)
	}
	for _, p := range server.Packages {
		if p.RegistryType == model.RegistryTypeNPM && p.Identifier != manifest.Name {
			t.Errorf("server.json names the package %s, want %s", p.Identifier, manifest.Name)
		}
	}
}
