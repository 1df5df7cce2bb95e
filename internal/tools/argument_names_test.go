package tools

import "testing"

func TestArgumentNames(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`previous_response_id: there is no response "resp_1"`:      `task_id: there is no response "resp_1"`,
		"response_id: unknown":                                     "task_id: unknown",
		"memory.entity_id: Memory entity ID is required":           "memory_entity_id: Memory entity ID is required",
		"the agent needs memory.entity_id":                         "the agent needs memory_entity_id",
		"body.settings.max_iterations: must be 1 or more":          "max_iterations: must be 1 or more",
		"settings.tools[1]: invalid key; settings.max_cost: is -1": "tools[1]: invalid key; max_cost: is -1",
		"settings: required":                                       "settings: required",
		"model.id: unknown":                                        "model: unknown",
		"model.parameters.temperature: must be at most 2":          "model_settings.parameters.temperature: must be at most 2",
		"`model.retry.count` is 0":                                 "`model_settings.retry.count` is 0",
		"versionIncrement must be patch":                           "version_increment must be patch",
		"(versionDescription)":                                     "(version_description)",

		"Model acme/model.id not found":          "Model acme/model.id not found",
		"the agent my.settings.bot is taken":     "the agent my.settings.bot is taken",
		"https://a.example/settings.json is 404": "https://a.example/settings.json is 404",
		"fileversionIncrement":                   "fileversionIncrement",
		"":                                       "",
	} {
		if got := argumentNames(text); got != want {
			t.Errorf("argumentNames(%q) = %q, want %q", text, got, want)
		}
	}
}
