package orq

// Usage counts tokens.
type Usage struct {
	CompletionTokens        float64                  `json:"completion_tokens,omitzero"`
	PromptTokens            float64                  `json:"prompt_tokens,omitzero"`
	TotalTokens             float64                  `json:"total_tokens,omitzero"`
	PromptTokensDetails     *PromptTokensDetails     `json:"prompt_tokens_details,omitzero"`
	CompletionTokensDetails *CompletionTokensDetails `json:"completion_tokens_details,omitzero"`
}

// PromptTokensDetails breaks down Usage.PromptTokens.
type PromptTokensDetails struct {
	CachedTokens        *float64 `json:"cached_tokens,omitzero"`
	CacheCreationTokens *float64 `json:"cache_creation_tokens,omitzero"`
	AudioTokens         *float64 `json:"audio_tokens,omitzero"`
}

// CompletionTokensDetails breaks down Usage.CompletionTokens.
type CompletionTokensDetails struct {
	ReasoningTokens          *float64 `json:"reasoning_tokens,omitzero"`
	AcceptedPredictionTokens *float64 `json:"accepted_prediction_tokens,omitzero"`
	RejectedPredictionTokens *float64 `json:"rejected_prediction_tokens,omitzero"`
	AudioTokens              *float64 `json:"audio_tokens,omitzero"`
}
