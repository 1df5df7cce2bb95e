package sandbox_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

func TestCreateFillsDefaults(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	got := w.create("helper", object{
		"instructions": "Greet {{ name }} in {{language}}.", "variables": object{"language": "Dutch"},
		"model":    object{"id": "openai/gpt-4o", "retry": object{}},
		"settings": object{"evaluators": []object{{"id": "tone", "execute_on": "output"}}},
	})

	if !regexp.MustCompile(`^[0-7][0-9A-HJKMNP-TV-Z]{25}$`).MatchString(got.ID) {
		t.Errorf("id = %q, want a ULID", got.ID)
	}
	if !regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`).MatchString(got.Created) || got.Updated != got.Created {
		t.Errorf("created = %q, updated = %q, want equal times in milliseconds", got.Created, got.Updated)
	}
	iterations, seconds, cost, rate, count := 100, 600, 0.0, 50.0, 3
	want := orq.Agent{
		Key: "helper", Type: "internal", Status: "live", Version: "1.0.0", Path: "Default/tests", Role: "tester",
		Description: "Tests things", Instructions: "Greet {{ name }} in {{language}}.", Engine: "text", Source: "internal",
		Model: &orq.AgentModel{
			ID: "openai/gpt-4o", IntegrationID: orq.Null[string](), Retry: &orq.ModelRetry{Count: &count, OnCodes: []int{429}},
		},
		Settings: &orq.AgentSettings{
			MaxIterations: &iterations, MaxExecutionTime: &seconds, MaxCost: &cost, ToolApprovalRequired: "respect_tool",
			Tools: []orq.AgentTool{}, Guardrails: []orq.Evaluator{},
			Evaluators: []orq.Evaluator{{ID: "tone", SampleRate: &rate, ExecuteOn: "output"}},
		},
		MemoryStores: []string{}, KnowledgeBases: []orq.KnowledgeBase{}, TeamOfAgents: []orq.TeamMember{}, Skills: []string{},
		Variables: object{"language": "Dutch", "name": ""}, Metrics: &orq.Metrics{},
		CreatedByID: orq.Null[string](), UpdatedByID: orq.Null[string](),
	}
	ignored := cmpopts.IgnoreFields(orq.Agent{}, "ID", "Created", "Updated", "WorkspaceID", "ProjectID", "VersionHash", "Raw")
	if diff := cmp.Diff(want, got, ignored); diff != "" {
		t.Errorf("agent (-want +got):\n%s", diff)
	}
	if again := call[orq.Agent](w, 200, "GET", "/v2/agents/"+got.ID, nil); !cmp.Equal(again.Raw, got.Raw) {
		t.Errorf("agent read back (-created +read):\n%s", cmp.Diff(string(got.Raw), string(again.Raw)))
	}
}

func TestProjectFollowsPath(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	one, two := w.create("one", object{"path": "Sales/a"}), w.create("two", object{"path": "Sales/b/c"})
	other := w.create("three", object{"path": "Support"})
	if one.ProjectID != two.ProjectID || one.ProjectID == other.ProjectID || one.ProjectID == "" {
		t.Errorf("projects = %q, %q and %q, want the first two equal and the third another", one.ProjectID, two.ProjectID, other.ProjectID)
	}
	if one.VersionHash != two.VersionHash || len(one.VersionHash) != 64 {
		t.Errorf("hashes of equal content = %q and %q, want equal hashes of 64 digits", one.VersionHash, two.VersionHash)
	}
}

func TestCreateTranslatesTools(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	got := w.create("helper", toolSettings(
		object{"type": "current_date"},
		object{"type": "http", "key": "get_weather", "requires_approval": true},
		object{"type": "function", "id": "01K00000000000000000000000"},
		object{"type": "mcp", "key": "github", "tool_id": "list_issues"},
		object{"type": "openai:web_search"},
		object{"key": "post_note"},
	)).Settings.Tools
	want := []orq.AgentTool{
		{ActionType: "current_date", DisplayName: "Current date"},
		{ActionType: "http", Key: "get_weather", DisplayName: "Get weather", RequiresApproval: true},
		{ActionType: "function", ID: "01K00000000000000000000000", Key: "01K00000000000000000000000", DisplayName: "01K00000000000000000000000"},
		{ActionType: "mcp", Key: "github", DisplayName: "Github", ToolID: "list_issues"},
		{ActionType: "openai:web_search", DisplayName: "Openai:web search"},
		{ActionType: "http", Key: "post_note", DisplayName: "Post note"},
	}
	for i := range want {
		want[i].Conditions, want[i].Timeout = []orq.ToolCondition{}, 120
	}
	ignoreIDs := cmpopts.IgnoreFields(orq.AgentTool{}, "ID")
	if diff := cmp.Diff(want, got, ignoreIDs); diff != "" {
		t.Errorf("tools (-want +got):\n%s", diff)
	}
	if got[2].ID != want[2].ID || got[0].ID == got[1].ID {
		t.Errorf("ids = %q, %q, %q, want two different ones and %q", got[0].ID, got[1].ID, got[2].ID, want[2].ID)
	}
}

func TestCreateRefuses(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("taken")
	tools := func(tool object) object { return toolSettings(tool) }
	for name, test := range map[string]struct {
		change object
		status int
		want   string
	}{
		"missing key":          {object{"key": nil}, 400, "key: is required"},
		"bad key":              {object{"key": "-x"}, 400, `key: must match ^[A-Za-z]`},
		"long key":             {object{"key": strings.Repeat("a", 256)}, 400, "key: must have at most 255 characters, got 256"},
		"empty role":           {object{"role": ""}, 400, "role: must not be empty"},
		"number for text":      {object{"description": 5}, 400, "description: must be a string, got a number"},
		"null for text":        {object{"display_name": (*string)(nil)}, 400, "display_name: must be a string, got null"},
		"model without id":     {object{"model": object{}}, 400, "model.id: is required"},
		"model of wrong type":  {object{"model": true}, 400, "model: must be an object, got a boolean"},
		"temperature":          {object{"model": object{"id": "m", "parameters": object{"temperature": 2.5}}}, 400, "model.parameters.temperature: must be at most 2, got 2.5"},
		"negative temperature": {object{"model": object{"id": "m", "parameters": object{"temperature": -1}}}, 400, "model.parameters.temperature: must be at least 0, got -1"},
		"retry count":          {object{"model": object{"id": "m", "retry": object{"count": 6}}}, 400, "model.retry.count: must be at most 5"},
		"five stops":           {object{"model": object{"id": "m", "parameters": object{"stop": []string{"1", "2", "3", "4", "5"}}}}, 400, "model.parameters.stop: must have at most 4 entries, got 5"},
		"fallback model":       {object{"fallback_models": []any{"a", object{"id": 1}}}, 400, "fallback_models[1].id: must be a string, got a number"},
		"iterations":           {object{"settings": object{"max_iterations": 101}}, 400, "settings.max_iterations: must be at most 100, got 101"},
		"half iterations":      {object{"settings": object{"max_iterations": 1.5}}, 400, "settings.max_iterations: must be a whole number, got 1.5"},
		"execution time":       {object{"settings": object{"max_execution_time": 1}}, 400, "settings.max_execution_time: must be at least 2, got 1"},
		"cost":                 {object{"settings": object{"max_cost": -0.5}}, 400, "settings.max_cost: must be at least 0"},
		"approval":             {object{"settings": object{"tool_approval_required": "some"}}, 400, `settings.tool_approval_required: must be one of all, respect_tool, none, got "some"`},
		"evaluator":            {object{"settings": object{"evaluators": []object{{"id": "x", "execute_on": "both"}}}}, 400, "settings.evaluators[0].execute_on: must be one of input, output"},
		"unknown tool":         {tools(object{"type": "teleport"}), 400, `settings.tools[0].type: is not a tool type: "teleport"`},
		"tool of no type":      {tools(object{"key": "x", "type": 5}), 400, "settings.tools[0].type: must be a string, got a number"},
		"tool_id without type": {tools(object{"key": "x", "tool_id": "y"}), 400, "settings.tools[0].type: is required beside tool_id"},
		"empty tool":           {tools(object{}), 400, "settings.tools[0]: needs key or id"},
		"tool without key":     {tools(object{"type": "http"}), 400, "settings.tools[0]: needs key or id"},
		"mcp without tool_id":  {tools(object{"type": "mcp", "key": "x"}), 400, "settings.tools[0].tool_id: is required"},
		"read shape":           {tools(object{"id": "x", "action_type": "http"}), 400, "settings.tools[0].action_type: belongs to the shape in which tools are read"},
		"unknown team member":  {object{"team_of_agents": []object{{"key": "taken"}, {"key": "ghost"}}}, 400, `team_of_agents[1].key: there is no agent "ghost"`},
		"engine":               {object{"engine": "perl"}, 400, "engine: must be one of text, jinja, mustache"},
		"taken key":            {object{"key": "taken"}, 409, `there is already an agent with the key "taken"`},
		"all problems at once": {object{"key": nil, "role": "", "path": 3}, 400, "key: is required; role: must not be empty; path: must be a string, got a number"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := w.refused(test.status, "POST", "/v2/agents", agentBody("fresh", test.change))
			if !strings.Contains(got, test.want) {
				t.Errorf("message = %q, want it to contain %q", got, test.want)
			}
		})
	}
}

func TestUnknownFieldsAreIgnored(t *testing.T) {
	t.Parallel()
	open(t, sandbox.Options{}).create("helper", object{"novelty": object{"a": 1}})
}

func TestDelete(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("helper")
	call[struct{}](w, 204, "DELETE", "/v2/agents/helper", nil)
	for _, method := range []string{"GET", "DELETE"} {
		if got := w.refused(404, method, "/v2/agents/helper", nil); got != `there is no agent "helper"` {
			t.Errorf("%s: message = %q, want %q", method, got, `there is no agent "helper"`)
		}
	}
	w.create("helper")
}
