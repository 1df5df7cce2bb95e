package errortext_test

import (
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/errortext"
)

func TestTextsOfErrors(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ body, want string }{
		"OpenAI":                       {`{"error":{"message":"because","type":"x","param":null,"code":null}}`, "because"},
		"OpenRouter":                   {`{"error":{"message":"Provider returned error","code":400,"metadata":{"raw":"{\"error\":{\"message\":\"because\"}}"}}}`, "Provider returned error: because"},
		"OpenRouter, a text":           {`{"error":{"message":"Provider returned error","metadata":{"raw":"because"}}}`, "Provider returned error: because"},
		"Gemini":                       {`[{"error":{"code":400,"message":"because","status":"INVALID_ARGUMENT"}}]`, "because"},
		"vLLM":                         {`{"object":"error","message":"because","type":"BadRequestError","code":400}`, "because"},
		"MiniMax":                      {`{"base_resp":{"status_code":1004,"status_msg":"because"}}`, "because"},
		"Anthropic":                    {`{"type":"error","error":{"type":"overloaded_error","message":"because"}}`, "because"},
		"FastAPI":                      {`{"detail":[{"type":"missing","loc":["body","messages",0],"msg":"Field required"},{"loc":["body"],"msg":"no"}]}`, "body.messages.0: Field required; body: no"},
		"FastAPI, a text":              {`{"detail":"because"}`, "because"},
		"FastAPI within a message":     {`{"object":"error","message":{"detail":[{"loc":["body"],"msg":"because"}]}}`, "body: because"},
		"NestJS":                       {`{"statusCode":400,"message":["key must be a string"],"error":"Bad Request"}`, "key must be a string"},
		"Spring":                       {`{"timestamp":"2026-11-01","status":400,"error":"Bad Request","path":"/v2/agents"}`, "Bad Request"},
		"Spring with a message":        {`{"timestamp":1,"status":400,"error":"Bad Request","message":"because"}`, "because"},
		"Zod":                          {`{"success":false,"error":{"name":"ZodError","issues":[{"code":"too_small","path":["settings","max_iterations"],"message":"must be 1 or more"}]}}`, "settings.max_iterations: must be 1 or more"},
		"Zod 4":                        {`{"success":false,"error":{"name":"ZodError","message":"[{\"path\":[\"key\"],\"message\":\"too long\"}]"}}`, "key: too long"},
		"Zod, flattened":               {`{"error":{"formErrors":[],"fieldErrors":{"role":["Required"],"key":["too long","not a key"]}}}`, "key: too long; not a key; role: Required"},
		"ASP.NET":                      {`{"title":"One or more errors occurred.","status":400,"errors":{"key":["is wrong"]}}`, "One or more errors occurred: key: is wrong"},
		"Rails":                        {`{"errors":{"role":["is empty"],"key":["is taken","is long"]}}`, "key: is taken; is long; role: is empty"},
		"Rails, names of members":      {`{"errors":{"description":["is too long"],"title":["is missing"]}}`, "description: is too long; title: is missing"},
		"Mongoose":                     {`{"message":"Validation failed","errors":{"key":{"message":"is required","path":"key"}}}`, "Validation failed: key: is required"},
		"JSON:API":                     {`{"errors":[{"status":"409","title":"Conflict","detail":"the key is taken"}]}`, "the key is taken"},
		"GraphQL":                      {`{"errors":[{"message":"Syntax Error","path":["agent",0]}],"data":null}`, "agent.0: Syntax Error"},
		"OAuth":                        {`{"error":"invalid_token","error_description":"The token expired"}`, "The token expired"},
		"AWS":                          {`{"Message":"User is not authorized"}`, "User is not authorized"},
		"Apigee":                       {`{"fault":{"faultstring":"because","detail":{"errorcode":"x"}}}`, "because"},
		"problem details":              {`{"type":"about:blank","title":"Bad Request","status":400,"detail":"key is wrong","instance":"/v2/agents"}`, "key is wrong"},
		"problem details with a title": {`{"type":"about:blank","title":"Out of fuel","status":500,"detail":"fill up"}`, "Out of fuel: fill up"},
		"JSON-RPC":                     {`{"code":-32603,"message":"Internal error","data":"the tool is gone"}`, "Internal error: the tool is gone"},
		"JSON-RPC, data with details":  {`{"code":-32603,"message":"Internal error.","data":{"message":"no tool","detail":"planner"}}`, "Internal error: no tool: planner"},
		"JSON-RPC, data of Pydantic":   {`{"code":-32603,"data":[{"loc":["params","parts"],"msg":"Field required","type":"missing"},"second"]}`, "params.parts: Field required; second"},
		"Google":                       {`{"error":{"code":400,"message":"bad skill","details":[{"@type":"t","reason":"R","metadata":{"raw":"x"}}]}}`, "bad skill"},
		"Google, fields":               {`{"error":{"message":"bad","details":[{"@type":"t","fieldViolations":[{"field":"key","description":"is taken"}]}]}}`, "bad: key: is taken"},

		"an error that is a text":          {`{"error":"because"}`, "because"},
		"an error with a headline":         {`{"error":"The model is down","message":"try later"}`, "The model is down: try later"},
		"an error without blanks":          {`{"error":"模型不存在","message":"gpt"}`, "模型不存在: gpt"},
		"an error in an error":             {`{"error":{"error":{"message":"because"}}}`, "because"},
		"an error beside a message":        {`{"message":"failed","error":{"message":"because"}}`, "failed: because"},
		"an error that is a number":        {`{"error":503}`, "503"},
		"an error without an error":        {`{"error":0}`, ""},
		"a list":                           {`{"message":["a is wrong","b is missing"]}`, "a is wrong; b is missing"},
		"a list of errors":                 {`{"errors":[{"message":"down"},"gone"]}`, "down; gone"},
		"errors that are an error":         {`{"errors":{"message":"because"}}`, "because"},
		"errors by field, texts":           {`{"errors":{"key":"is taken"}}`, "key: is taken"},
		"a message and errors":             {`{"message":"Validation failed","errors":[{"path":"key","message":"too long"},{"field":"role","message":"missing"}]}`, "Validation failed: key: too long; role: missing"},
		"a message that names its errors":  {`{"message":"key: too long","errors":[{"path":"key","message":"too long"}]}`, "key: too long"},
		"a message that names its field":   {`{"errors":[{"field":"key","message":"key is taken"}]}`, "key is taken"},
		"the same twice":                   {`{"message":"because","data":"because"}`, "because"},
		"many":                             {`["a","b","a","c","d","e","f","g","h","i","j","k","l"]`, "a; b; c; d; e; f; g; h; i; j"},
		"msg":                              {`{"code":1001,"msg":"because"}`, "because"},
		"reason":                           {`{"reason":"because"}`, "because"},
		"text":                             {`{"type":"error","text":"because"}`, "because"},
		"error_message":                    {`{"error_type":"invalid","error_message":"because"}`, "because"},
		"errorMessage":                     {`{"errorMessage":"because"}`, "because"},
		"error_description in an error":    {`{"error":{"error_description":"because"}}`, "because"},
		"error_msg":                        {`{"error_msg":"because"}`, "because"},
		"two spellings":                    {`{"message":"so","Message":"because"}`, "because"},
		"a cause":                          {`{"message":"failed","cause":"because"}`, "failed: because"},
		"a path of a request":              {`[{"path":"/v2/agents","message":"because"}]`, "because"},
		"errors by field, named as a code": {`{"errors":{"code":"is taken"}}`, "code: is taken"},
		"JSON in a text":                   {`{"error":{"message":"{\"error\":{\"message\":\"because\"}}"}}`, "because"},
		"JSON in JSON in a text":           {`{"message":"[{\"message\":\"{\\\"msg\\\":\\\"because\\\"}\"}]"}`, "because"},
		"half of JSON in a text":           {`{"message":"{\"error\":"}`, `{"error":`},
		"a text":                           {`"because"`, "because"},

		"a code alone":            {`{"error":{"code":"overloaded"}}`, "overloaded"},
		"a type alone":            {`{"error":{"type":"server_error","message":""}}`, "server_error"},
		"codes alone":             {`{"errors":[{"code":"overloaded"}]}`, "overloaded"},
		"a list without words":    {`{"message":"because","data":[{"code":"x"}]}`, "because"},
		"data without words":      {`{"message":"because","data":{"code":"x","skill":"y"}}`, "because"},
		"a type at the top":       {`{"type":"error"}`, ""},
		"an object without words": {`{"ok":false,"error":null}`, ""},
		"empty words":             {`{"message":"","error":{"message":null}}`, ""},
		"odd types":               {`{"error":{"message":["because"],"code":{}},"errors":null}`, "because"},
		"a number":                {"17", ""},
		"no JSON":                 {`{"message":"key is`, ""},
		"nothing":                 {"", ""},
		"too deep":                {strings.Repeat(`{"error":`, 40) + `"because"` + strings.Repeat("}", 40), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := errortext.Of([]byte(test.body)).Text; got != test.want {
				t.Errorf("text of %s = %q, want %q", test.body, got, test.want)
			}
		})
	}
}

func TestCodesOfErrors(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"error":{"message":"m","code":"model_not_found"}}`:                  "model_not_found",
		`{"error":{"message":"m"},"code":"top"}`:                              "top",
		`{"error":{"message":"m","code":"inner"},"code":"top"}`:               "inner",
		`{"message":"m","code":400}`:                                          "400",
		`[{"error":{"code":"first"}},{"code":"second"}]`:                      "first",
		`{"message":"m","code":"invalid","errors":[{"code":"x"}]}`:            "invalid",
		`{"message":"{\"error\":{\"code\":\"too_long\",\"message\":\"m\"}}"}`: "too_long",
		`{"error":{"issues":[{"code":"too_small","message":"m"}]}}`:           "",
		`{"errors":[{"code":"x","message":"m"}]}`:                             "x",
		`{"detail":{"code":"x","message":"m"}}`:                               "x",
		`{"error":{"message":"m","code":{}}}`:                                 "",
	} {
		if got := errortext.Of([]byte(body)).Code; got != want {
			t.Errorf("code of %s = %q, want %q", body, got, want)
		}
	}
}
