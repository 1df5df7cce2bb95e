package tools

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// literalModel imitates a model that follows an error text literally. It knows neither the tool nor what went wrong.
type literalModel struct{ arguments any }

// guesses are the values it gives for required fields.
var guesses = map[string]any{
	"key": "guess", "confirm": "guess", "task_id": "t1", "message": "hello", "role": "Tester", "description": "Is tested", "instructions": "Be exact.",
	"model": "openai/gpt-4o", "display_name": "Guess", "agent_url": "https://a.example", "tool_id": "tool", "tool_call_id": "c1", "execute_on": "output",
	"type": "string", "url": "https://a.example", "method": "GET", "code": "print(1)", "connection_type": "http", "parameters": fields{}, "id": "i",
	"tools": []any{fields{"name": "search"}}, "name": "n", "uri": "https://a.example/f", "result": "fine", "field": "instructions", "json_schema": fields{"name": "n"},
	"budget_tokens": 10, "text": "hello", "kind": "tools",
}

// follow corrects the arguments as the error text advises.
func (l *literalModel) follow(t *testing.T, text string) {
	t.Helper()
	_, problems, _ := strings.Cut(text, "nothing was sent")
	if single, ok := strings.CutSuffix(problems, " Correct it and call again."); ok {
		l.correct(t, strings.TrimSuffix(strings.TrimPrefix(single, ": "), "."))
		return
	}
	for _, line := range strings.Split(problems, "\n- ")[1:] {
		l.correct(t, line)
	}
}

// pathPrefix matches the path at the beginning of a problem.
var pathPrefix = regexp.MustCompile(`^([A-Za-z_][\w.\[\]-]*): (.*)$`)

// correct corrects one problem.
func (l *literalModel) correct(t *testing.T, problem string) {
	t.Helper()
	path := ""
	if parts := pathPrefix.FindStringSubmatch(problem); parts != nil {
		path, problem = parts[1], parts[2]
	}
	for _, each := range corrections {
		if parts := each.pattern.FindStringSubmatch(problem); parts != nil {
			each.apply(l, steps(path), parts)
			return
		}
	}
	t.Errorf("no correction matches problem %q at %q, want one", problem, path)
}

// correction is a pattern of problems, and how to correct them.
type correction struct {
	pattern *regexp.Regexp
	apply   func(l *literalModel, path []any, parts []string)
}

// corrections are tried in order.
var corrections = []correction{
	{regexp.MustCompile(`^unknown; did you mean ([\w.]+)`), func(l *literalModel, path []any, parts []string) {
		value := l.at(path)
		l.remove(path)
		l.put(append(path[:len(path)-1:len(path)-1], steps(parts[1])...), value)
	}},
	{regexp.MustCompile(`^unknown; (valid names|nothing is accepted)|not used for|cannot be given together|is not one of headers|leave it out`), func(l *literalModel, path []any, _ []string) { l.remove(path) }},
	{regexp.MustCompile(`^unknown; give the fields inside it directly`), func(l *literalModel, path []any, _ []string) {
		inside, _ := l.at(path).(fields)
		l.remove(path)
		for name, value := range inside {
			l.put(append(path[:len(path)-1:len(path)-1], name), value)
		}
	}},
	{regexp.MustCompile(`^(key or id is )?required|^must not be empty|^give either uri or base64, got neither`), func(l *literalModel, path []any, _ []string) {
		l.put(path, guesses[fmt.Sprint(path[len(path)-1])])
	}},
	{regexp.MustCompile(`^give either uri or base64`), func(l *literalModel, path []any, _ []string) {
		l.put(path, guesses["uri"])
		l.remove(append(path[:len(path)-1:len(path)-1], "base64"))
	}},
	{regexp.MustCompile(`\(did you mean ([\w.:]+)`), func(l *literalModel, path []any, parts []string) { l.put(path, parts[1]) }},
	{regexp.MustCompile(`^must be one of ([\w.:]+)`), func(l *literalModel, path []any, parts []string) { l.put(path, parts[1]) }},
	{regexp.MustCompile(`^must equal key \((.+)\)`), func(l *literalModel, path []any, parts []string) { l.put(path, parts[1]) }},
	{regexp.MustCompile(`^must be (?:between (\S+) and (\S+)|at least (\S+)|at most (\S+)), got`), func(l *literalModel, path []any, parts []string) {
		bound := strings.Join(parts[3:], "")
		if value, _ := strconv.ParseFloat(fmt.Sprint(l.at(path)), 64); bound == "" {
			bound = parts[1]
			if low, _ := strconv.ParseFloat(parts[1], 64); value > low {
				bound = parts[2]
			}
		}
		l.put(path, json.Number(bound))
	}},
	{regexp.MustCompile(`^must be (?:an integer|a number), got`), func(l *literalModel, path []any, _ []string) {
		digits := regexp.MustCompile(`\d+`).FindString(encodeJSON(l.at(path)))
		if digits == "" {
			digits = "1"
		}
		l.put(path, json.Number(digits))
	}},
	{regexp.MustCompile(`^must be a string(?:, or an object[^,]*)?(?:, got|$)`), func(l *literalModel, path []any, _ []string) { l.put(path, textIn(l.at(path))) }},
	{regexp.MustCompile(`^must be true or false`), func(l *literalModel, path []any, _ []string) { l.put(path, true) }},
	{regexp.MustCompile(`^must be an object with values by name`), func(l *literalModel, path []any, _ []string) { l.put(path, fields{"name": textIn(l.at(path))}) }},
	{regexp.MustCompile(`^must be an object with ([\w, ]+?), got`), func(l *literalModel, path []any, parts []string) {
		object := fields{}
		for i, name := range regexp.MustCompile(`, | and `).Split(parts[1], -1) {
			object[name] = guesses[name]
			if i == 0 {
				object[name] = l.at(path)
			}
		}
		l.put(path, object)
	}},
	{regexp.MustCompile(`^must be a list of \w+, got the string "([^"]*)"`), func(l *literalModel, path []any, parts []string) {
		var items []any
		for item := range strings.SplitSeq(parts[1], ",") {
			items = append(items, strings.TrimSpace(item))
		}
		l.put(path, items)
	}},
	{regexp.MustCompile(`^must be a list of`), func(l *literalModel, path []any, _ []string) { l.put(path, []any{l.at(path)}) }},
	{regexp.MustCompile(`^must match|^must be letters`), func(l *literalModel, path []any, _ []string) { l.put(path, guesses["key"]) }},
	{regexp.MustCompile(`^(?:must be|is not standard) base64`), func(l *literalModel, path []any, _ []string) {
		l.put(path, base64.StdEncoding.EncodeToString([]byte(fmt.Sprint(l.at(path)))))
	}},
	{regexp.MustCompile(`^must have at most (\d+) characters`), func(l *literalModel, path []any, parts []string) {
		most, _ := strconv.Atoi(parts[1])
		l.put(path, fmt.Sprint(l.at(path))[:most])
	}},
	{regexp.MustCompile(`^must be an absolute http or https URL`), func(l *literalModel, path []any, _ []string) {
		_, address, found := strings.Cut(fmt.Sprint(l.at(path)), "://")
		if !found {
			address = fmt.Sprint(l.at(path))
		}
		l.put(path, "https://"+address)
	}},
	{regexp.MustCompile(`^give at least one field to change`), func(l *literalModel, _ []any, _ []string) { l.put([]any{"role"}, "Tester") }},
	{regexp.MustCompile(`^arguments must be an object, got the string "(.*)"`), func(l *literalModel, _ []any, parts []string) {
		l.arguments = fields{"key": parts[1]}
	}},
}

// steps returns the names and indexes of a path.
func steps(path string) []any {
	var steps []any
	for _, step := range regexp.MustCompile(`[^.\[\]]+`).FindAllString(path, -1) {
		if number, err := strconv.Atoi(step); err == nil {
			steps = append(steps, number)
			continue
		}
		steps = append(steps, step)
	}
	return steps
}

// at returns the value at a path, or nil.
func (l *literalModel) at(path []any) any {
	value := l.arguments
	for _, step := range path {
		value = stepInto(value, step)
	}
	return value
}

// stepInto returns the member of an object or the item of a list. An object in place of a list is its only item.
func stepInto(value, step any) any {
	if text, ok := value.(string); ok {
		_ = json.Unmarshal([]byte(text), &value)
	}
	switch value := value.(type) {
	case fields:
		if name, ok := step.(string); ok {
			return value[name]
		}
		return value
	case []any:
		if number, ok := step.(int); ok && number < len(value) {
			return value[number]
		}
	}
	return nil
}

// put sets the value at a path and creates missing objects on the way.
func (l *literalModel) put(path []any, value any) { l.arguments = put(l.arguments, path, value, false) }

func (l *literalModel) remove(path []any) { l.arguments = put(l.arguments, path, nil, true) }

func put(into any, path []any, value any, remove bool) any {
	if len(path) == 0 {
		return value
	}
	switch step := path[0].(type) {
	case int:
		list, ok := into.([]any)
		if !ok {
			list = []any{into}
		}
		if remove && len(path) == 1 {
			return append(list[:step:step], list[step+1:]...)
		}
		list[step] = put(list[step], path[1:], value, remove)
		return list
	case string:
		object, ok := into.(fields)
		if !ok {
			object = fields{}
		}
		if remove && len(path) == 1 {
			delete(object, step)
			return object
		}
		object[step] = put(object[step], path[1:], value, remove)
		return object
	}
	return into
}

// textIn returns a value's text: itself, or the first within it.
func textIn(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case []any:
		if len(value) > 0 {
			return textIn(value[0])
		}
	case fields:
		for _, inside := range value {
			return textIn(inside)
		}
	}
	return fmt.Sprint(value)
}

func encodeJSON(value any) string {
	raw, _ := json.Marshal(value)
	return string(raw)
}

// wrongCalls are calls with the number of their argument errors.
var wrongCalls = []struct {
	tool, arguments string
	problems        int
}{
	{"list_agents", `{"limit": 500, "type": "all", "detail": "ful"}`, 3},
	{"list_agents", `{"limit": "ten", "serach": "x"}`, 2},
	{"list_agents", `{"limit": 0, "cursor": "a", "before": "b"}`, 2},
	{"list_agents", `{"_meta": {}, "max": 5}`, 2},
	{"get_agent", `{"agent_key": "k"}`, 2},
	{"get_agent", `"k"`, 1},
	{"get_agent", `{"key": 123}`, 1},
	{"get_agent", `{"key": ["k"], "offset": -1}`, 2},
	{"get_agent", `{"key": "k", "offset": 5}`, 1},
	{"get_agent", `{"arguments": {"key": "k"}, "extra": 1}`, 3},
	{"list_building_blocks", `{}`, 1},
	{"list_building_blocks", `{"kind": "modles", "limit": 0, "serach": "x"}`, 3},
	{"create_agent", `{}`, 5},
	{"create_agent", `{"key": "9 lives", "role": "", "description": "d", "instructions": "i", "model": "m"}`, 2},
	{"create_agent", created(`"maxIterations": "50"`), 1},
	{"create_agent", created(`"max_iterations": 500, "max_execution_time": 1, "max_cost": -1`), 3},
	{"create_agent", created(`"temperature": 0.5, "tools": "google_search, web_scraper"`), 2},
	{"create_agent", created(`"tools": [{"type": "google_searhc"}, {"type": "mcp"}, {"type": "current_date", "key": "k"}]`), 4},
	{"create_agent", created(`"tools": ["scraper"], "engine": "jinja2"`), 2},
	{"create_agent", created(`"evaluators": [{"id": "e", "sample_rate": 500}], "guardrails": ["g"]`), 3},
	{"create_agent", created(`"memory_stores": "m1, m2", "knowledge_bases": [{"id": "k"}]`), 2},
	{"create_agent", created(`"variables": ["a"]`), 1},
	{"create_agent", created(`"model_settings": {"parameters": {"temperature": 5, "reasoning_effort": "hihg"}, "retry": {"count": 9}}`), 3},
	{"create_agent", created(`"model_settings": {"parameters": {"response_format": "json_object"}}`), 1},
	{"create_agent", created(`"model_settings": {"parameters": {"thinking": {"type": "enabled"}}}`), 1},
	{"create_agent", created(`"tool_approval_required": "respect_tools", "source": "extern"`), 2},
	{"update_agent", `{"key": "k"}`, 1},
	{"update_agent", `{"key": "k", "model_settings": {"retry": {"count": 2}}}`, 1},
	{"update_agent", `{"key": "k", "version_increment": "majr", "newKey": "x"}`, 2},
	{"update_agent", `{"key": "k", "role": "r", "a2a": {"headers": {"A": "1"}, "plain_headers": ["B"]}}`, 1},
	{"delete_agent", `{"key": "guess"}`, 1},
	{"delete_agent", `{"key": "k", "confirm": "yes"}`, 1},
	{"register_a2a_agent", `{"key": "p", "displayName": "P", "description": "d", "url": "https://a.example"}`, 4},
	{"register_a2a_agent", `{` + minimalRegistration + `, "card_url": "https://a.example", "paht": "x"}`, 2},
	{"register_a2a_agent", `{"key": "p", "display_name": "P", "description": "d", "agent_url": "ftp://a.example"}`, 1},
	{"refresh_agent_card", `{"Key": "k"}`, 2},
	{"invoke_agent", `{"key": "k"}`, 1},
	{"invoke_agent", `{"key": "k", "messages": "hello", "mode": "streaming"}`, 3},
	{"invoke_agent", invoked(`"message": "hello", "wait_seconds": "90m", "stream_timeout_seconds": 0`), 2},
	{"invoke_agent", invoked(`"message": "hello", "files": [{"uri": "u", "base64": "aGk="}, {"base64": "hello!"}, {"url": "https://a.example"}]`), 4},
	{"invoke_agent", invoked(`"tool_results": [{"tool_call_id": "c", "result": "r"}]`), 1},
	{"invoke_agent", invoked(`"message": "m", "task_id": "t", "tool_results": [{"result": "r"}]`), 2},
	{"invoke_agent", invoked(`"message": 42, "identity": {"name": "Ada"}`), 3},
	{"run_agent", `{"key": "k", "message": "hello", "mode": "background"}`, 3},
	{"run_agent", ran(`"tools": [{"type": "http", "url": "https://a.example", "method": "FETCH"}, {"type": "code", "key": "c"}]`), 5},
	{"run_agent", ran(`"tools": [{"type": "mcp", "key": "m", "description": "d", "url": "https://m.example", "connection_type": "streamable_http"}]`), 2},
	{"run_agent", ran(`"tools": [{"type": "function", "key": "f", "code": "x", "url": "https://a.example"}]`), 2},
	{"get_agent_response", `{"agent_key": "k", "taskId": "t1", "wait_seconds": 9999}`, 4},
}

func TestFollowingArgumentErrorsSucceeds(t *testing.T) {
	t.Parallel()
	for i, each := range wrongCalls {
		t.Run(fmt.Sprintf("%d %s", i, each.tool), func(t *testing.T) {
			t.Parallel()
			s := serve(t, accept(t))
			first := s.refused(t, each.tool, each.arguments)
			if got := max(1, strings.Count(first, "\n- ")); got != each.problems {
				t.Errorf("error reports %d problems, want %d: %s", got, each.problems, first)
			}
			if len(s.lines()) > 0 {
				t.Errorf("sent %v, want no request", s.lines())
			}
			model := literalModel{decode(t, each.arguments)}
			model.follow(t, first)
			second := s.use(t, each.tool, encode(t, model.arguments))
			if second.IsError || len(s.lines()) == 0 {
				t.Errorf("call %s failed: %s\ncorrected call %s = %s, want success and a request", each.arguments, first, encode(t, model.arguments), textOf(t, second))
			}
		})
	}
}
