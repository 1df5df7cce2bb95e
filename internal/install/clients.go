package install

import "slices"

// The forms of the entries are those that the documentation of each client describes. docs/clients.md has them as a table,
// with what has been run.

// everywhere is a file that has the same path on all systems.
func everywhere(paths ...string) map[string][]string {
	return map[string][]string{"linux": paths, "darwin": paths, "windows": paths}
}

const continueReads = "Continue reads it from ~/.continue/.env, or .env in the project: write a line ORQ_API_KEY=... there"

// asksItself is the hint of a client that asks.
const asksItself = "VS Code asks for it when it starts the server, and keeps it"

const noVariables = "its file cannot refer to a variable: give the key with --with-key, or write it into the entry"

func clients() []Client {
	return slices.Concat(terminalClients(), editorClients(), yamlClients())
}

func terminalClients() []Client {
	return []Client{
		{
			Name: "claude-code", Title: "Claude Code", After: "Start claude again; claude mcp list shows the server.",
			format: jsonc{}, at: slot{path: []string{"mcpServers"}},
			terminal:   true,
			references: &shellForm,
			user:       everywhere("$CLAUDE_CONFIG_DIR/.claude.json"), project: ".mcp.json", folders: "projects",
			stdio: func(s Server) object { return typed("stdio", program(s, "${ORQ_API_KEY:-}")) },
			http:  func(s Server) object { return typed("http", address(s, "url", "${ORQ_API_KEY:-}")) },
		},
		{
			Name: "codex", Title: "Codex", After: "Start codex again; codex mcp list shows the server.",
			format: toml{}, at: slot{path: []string{"mcp_servers"}},
			terminal:  true,
			withholds: true,
			user:      everywhere("$CODEX_HOME/config.toml"), project: ".codex/config.toml",
			stdio: codexProgram, http: codexAddress,
		},
		{
			Name: "gemini", Title: "Gemini CLI", After: "Start gemini again; gemini mcp list shows the server, in a folder that it trusts.",
			format: jsonc{}, at: slot{path: []string{"mcpServers"}},
			terminal:   true,
			references: &geminiForm,
			user:       everywhere("$GEMINI_CLI_HOME/.gemini/settings.json"), project: ".gemini/settings.json",
			stdio: func(s Server) object { return program(s, "${ORQ_API_KEY}") },
			http:  func(s Server) object { return address(s, "httpUrl", "${ORQ_API_KEY}") },
		},
		{
			Name: "opencode", Title: "opencode", After: "Start opencode again; opencode mcp list shows the server.",
			format: jsonc{}, at: slot{path: []string{"mcp", "servers"}},
			terminal:   true,
			references: &opencodeForm,
			user:       everywhere("$XDG_CONFIG_HOME/opencode/opencode.jsonc", "$XDG_CONFIG_HOME/opencode/opencode.json"),
			project:    "opencode.json",
			stdio: func(s Server) object {
				command := object{{"command", append([]string{s.Command}, s.Args...)}}
				return typed("local", append(command, s.variable("environment", "{env:ORQ_API_KEY}")...))
			},
			http: func(s Server) object { return typed("remote", address(s, "url", "{env:ORQ_API_KEY}")) },
		},
	}
}

func editorClients() []Client {
	return []Client{
		{
			Name: "claude-desktop", Title: "Claude Desktop", After: "Quit Claude Desktop and start it again.", keyHint: noVariables,
			format: jsonc{}, at: slot{path: []string{"mcpServers"}},
			withholds: true,
			user: map[string][]string{
				"linux":   {"$XDG_CONFIG_HOME/Claude/claude_desktop_config.json"},
				"darwin":  {"~/Library/Application Support/Claude/claude_desktop_config.json"},
				"windows": {"$APPDATA/Claude/claude_desktop_config.json"},
			},
			stdio:  func(s Server) object { return program(s, "") },
			noHTTP: "its file takes programs only; add the address in its settings, under Connectors",
		},
		{
			Name: "cursor", Title: "Cursor", After: "Open the settings of Cursor, Tools & MCP, to see the server.",
			format: jsonc{}, at: slot{path: []string{"mcpServers"}},
			references: &editorForm,
			user:       everywhere("~/.cursor/mcp.json"), project: ".cursor/mcp.json",
			stdio: func(s Server) object { return typed("stdio", program(s, "${env:ORQ_API_KEY}")) },
			http:  func(s Server) object { return address(s, "url", "${env:ORQ_API_KEY}") },
		},
		{
			Name: "vscode", Title: "VS Code", After: "Run the command MCP: List Servers in VS Code, and start the server.",
			keyHint: asksItself, httpKeyHint: asksItself,
			format: jsonc{}, at: slot{path: []string{"servers"}},
			references: &editorForm,
			user: map[string][]string{
				"linux":   {"$XDG_CONFIG_HOME/Code/User/mcp.json"},
				"darwin":  {"~/Library/Application Support/Code/User/mcp.json"},
				"windows": {"$APPDATA/Code/User/mcp.json"},
			},
			project: ".vscode/mcp.json",
			stdio:   func(s Server) object { return typed("stdio", program(s, "${input:"+keyInput+"}")) },
			http:    func(s Server) object { return typed("http", address(s, "url", "${input:"+keyInput+"}")) },
			inputAt: slot{path: []string{"inputs"}, name: keyInput, itemKey: "id"},
			input: object{
				{"type", "promptString"}, {"id", keyInput}, {"description", "orq.ai API key"}, {"password", true},
			},
		},
		{
			Name: "windsurf", Title: "Windsurf", After: "Press the refresh button of Windsurf's MCP servers.",
			format: jsonc{}, at: slot{path: []string{"mcpServers"}},
			references: &editorForm,
			user:       everywhere("~/.codeium/windsurf/mcp_config.json"),
			stdio:      func(s Server) object { return program(s, "${env:ORQ_API_KEY}") },
			http:       func(s Server) object { return address(s, "serverUrl", "${env:ORQ_API_KEY}") },
		},
		{
			Name: "zed", Title: "Zed", After: "Zed starts the server at once; its settings show it under AI, MCP Servers.",
			keyHint: noVariables, httpKeyHint: noVariables,
			format: jsonc{}, at: slot{path: []string{"context_servers"}},
			user: map[string][]string{
				"linux": {"$XDG_CONFIG_HOME/zed/settings.json"}, "darwin": {"~/.config/zed/settings.json"},
				"windows": {"$APPDATA/Zed/settings.json"},
			},
			project: ".zed/settings.json",
			stdio:   func(s Server) object { return program(s, "") },
			http:    func(s Server) object { return address(s, "url", "") },
		},
	}
}

func yamlClients() []Client {
	return []Client{
		{
			Name: "continue", Title: "Continue", After: "Continue reads its file again at once.",
			keyHint: continueReads, httpKeyHint: continueReads,
			format: yamlText{}, at: slot{path: []string{"mcpServers"}, itemKey: "name"},
			references: &continueForm, withholds: true,
			user: everywhere("~/.continue/config.yaml"), project: ".continue/mcpServers/*.yaml",
			begin: object{{"name", "orq.ai agents"}, {"version", "1.0.0"}, {"schema", "v1"}},
			stdio: func(s Server) object {
				return append(object{{"name", s.Name}}, typed("stdio", program(s, "${{ secrets.ORQ_API_KEY }}"))...)
			},
			http: func(s Server) object {
				entry := object{{"name", s.Name}, {"type", "streamable-http"}, {"url", s.URL}}
				if headers := s.header("headers", "${{ secrets.ORQ_API_KEY }}"); headers != nil {
					entry = append(entry, field{"requestOptions", headers})
				}
				return entry
			},
		},
		{
			Name: "goose", Title: "goose", After: "Start goose again.", httpKeyHint: noVariables,
			format: yamlText{}, at: slot{path: []string{"extensions"}},
			terminal: true,
			user: map[string][]string{
				"linux": {"$XDG_CONFIG_HOME/goose/config.yaml"}, "darwin": {"~/.config/goose/config.yaml"},
				"windows": {"$APPDATA/Block/goose/config/config.yaml"},
			},
			stdio: func(s Server) object {
				entry := append(gooseExtension(s, "stdio"), field{"cmd", s.Command}, field{"args", s.arguments()})
				if s.NeedsKey && s.Key == "" {
					return append(entry, field{"env_keys", []string{KeyVariable}})
				}
				return append(entry, s.variable("envs", "")...)
			},
			http: func(s Server) object {
				return append(append(gooseExtension(s, "streamable_http"), field{"uri", s.URL}), s.header("headers", "")...)
			},
		},
	}
}

// typed returns an entry that begins with its type.
func typed(kind string, entry object) object { return append(object{{"type", kind}}, entry...) }

// program returns the entry that most clients have for a program.
func program(s Server, reference string) object {
	return append(object{{"command", s.Command}, {"args", s.arguments()}}, s.variable("env", reference)...)
}

// address returns the entry that most clients have for an address.
func address(s Server, name, reference string) object {
	return append(object{{name, s.URL}}, s.header("headers", reference)...)
}

func codexProgram(s Server) object {
	entry := object{{"command", s.Command}, {"args", s.arguments()}}
	if s.NeedsKey && s.Key == "" {
		return append(entry, field{"env_vars", []string{KeyVariable}})
	}
	return append(entry, s.variable("env", "")...)
}

func codexAddress(s Server) object {
	entry := object{{"url", s.URL}}
	if s.NeedsKey && s.Key == "" {
		return append(entry, field{"bearer_token_env_var", KeyVariable})
	}
	return append(entry, s.header("http_headers", "")...)
}

func gooseExtension(s Server, kind string) object {
	return object{
		{"name", s.Name}, {"description", "orq.ai agents"}, {"type", kind}, {"enabled", true}, {"bundled", false}, {"timeout", 300},
	}
}
