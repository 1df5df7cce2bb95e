package redact

import (
	"slices"
	"strings"
	"unicode"
)

// What is secret by its name, and why. A name that only resembles one of these stays visible: author, bypass, compass,
// passage, signature, tokenizer, cursor, after, path and key (an agent's key) are ordinary fields.
//
//	words anywhere         api_key, clientSecret, X-Authorization: one word that is used for nothing else
//	last words             basic_auth, smtp_pass, sentry-dsn, sig: short words, common within others
//	...token               access_token, botToken; not the tokens of pages, of progress, of a model's vocabulary, nor prices
//	...tokens, ...pass     texts only: access_tokens holds credentials, max_tokens counts, pass: 3 is a result (SecretText)
//	...url, ...uri, ...name no secret by their name: authorization_url is an address, whose credentials are masked as in any
//	                       text (Text), and secret_name refers to a secret that is elsewhere
//	...type, ...policy, ... no secret either: credential_type, password_policy and cookie_consent are about secrets
//
// The value of signature is not masked: it proves something and gives access to nothing, except within a URL (secretParameter).

// secretWords occur in the names of fields that hold credentials.
var secretWords = []string{
	"authorization", "secret", "password", "passwd", "passphrase", "passcode", "credential", "cookie", "bearer",
	"apikey", "privatekey", "accesskey", "signingkey", "subscriptionkey", "accountkey", "masterkey", "encryptionkey", "sharedkey", "authkey",
	"connectionstring", "connstr",
}

// separatedSecretWords are the secretWords of two parts with a separator between them.
var separatedSecretWords = []string{
	"api_key", "api-key", "api key", "private_key", "private-key", "access_key", "access-key", "signing_key", "signing-key",
	"subscription_key", "subscription-key", "account_key", "account-key", "master_key", "master-key", "encryption_key", "encryption-key",
	"shared_key", "shared-key", "auth_key", "auth-key", "functions_key", "functions-key",
	"connection_string", "connection-string", "connection string", "conn_str", "conn-str",
}

// lastSecretWords make a name secret as its last word.
var lastSecretWords = []string{"jwt", "pwd", "auth", "sig", "dsn", "otp"}

// ordinaryTokens end names that hold no credential: places in a list, progress of MCP, prices, and the vocabulary of a model.
var ordinaryTokens = []string{"first_token", "page_token", "continuation_token", "progress_token", "per_token", "eos_token", "bos_token", "pad_token", "stop_token"}

// joinedOrdinaryTokens are those that camel case joins with a word before them: nextPageToken.
var joinedOrdinaryTokens = []string{"pagetoken", "continuationtoken", "progresstoken"}

// countedTokens come before tokens in names that count, or hold the vocabulary of a model.
var countedTokens = []string{"max", "min", "total", "prompt", "completion", "input", "output", "reasoning", "cached", "budget", "stop", "special"}

// mayBeSecret is a fast path of SecretName and SecretText: most names hold not even the beginning of a word of theirs.
func mayBeSecret(name string) bool {
	for i := 0; i+3 <= len(name); i++ {
		if !beginsWord[name[i]|0x20] {
			continue
		}
		switch string([]byte{name[i] | 0x20, name[i+1] | 0x20, name[i+2] | 0x20}) {
		case "aut", "sec", "pas", "cre", "coo", "bea", "con", "tok", "jwt", "pwd", "sig", "dsn", "otp":
			return true
		case "key":
			if i >= len("api") { // no word of theirs begins with key
				return true
			}
		}
	}
	return false
}

// beginsWord holds for the first letters of the words that mayBeSecret looks for.
var beginsWord = [256]bool{'a': true, 's': true, 'p': true, 'c': true, 'b': true, 't': true, 'j': true, 'd': true, 'o': true, 'k': true}

// SecretName reports whether a field of that name holds a credential.
func SecretName(name string) bool {
	if !mayBeSecret(name) {
		return false
	}
	lower := strings.ReplaceAll(strings.ToLower(name), "secretar", "") // secretary, secretariat
	switch {
	case refers(lower):
		return false
	case containsAny(lower, secretWords) || containsAny(lower, separatedSecretWords):
		return true
	}
	if strings.HasSuffix(lower, "token") {
		return !hasLastWord(strings.ReplaceAll(lower, "-", "_"), ordinaryTokens...) &&
			!slices.ContainsFunc(joinedOrdinaryTokens, func(word string) bool { return strings.HasSuffix(lower, word) })
	}
	return hasLastWord(lower, lastSecretWords...)
}

// SecretText reports whether a field of that name holds a credential if its value is a text that is no number.
func SecretText(name string) bool {
	if !mayBeSecret(name) {
		return false
	}
	lower := strings.ToLower(name)
	if before, found := strings.CutSuffix(lower, "tokens"); found {
		return !containsAny(before, countedTokens)
	}
	return hasLastWord(lower, "pass")
}

// SecretField reports whether everything below a field of that name is to be masked: it holds a credential, or headers.
func SecretField(name string) bool { return SecretName(name) || strings.EqualFold(name, "headers") }

// LikelySecret is the stricter SecretField for values that somebody got wrong: it errs on the side of hiding. It ignores
// separators within the name, so that x-apikey, jwtSecret and "private key" match in every spelling; jwt, pwd, token and
// headers count wherever they occur, and the name tokens on its own. max_tokens is still a counter.
//
// Use SecretField for documents whose fields are to be shown as far as possible, LikelySecret for single values in errors.
func LikelySecret(name string) bool {
	if SecretField(name) || SecretText(name) {
		return true
	}
	name = withoutSeparators(name)
	if name == "tokens" || containsAny(name, secretWords) {
		return true
	}
	if strings.Contains(name, "headers") || strings.Contains(name, "jwt") || strings.Contains(name, "pwd") {
		return true
	}
	return strings.Contains(strings.ReplaceAll(name, "tokens", ""), "token")
}

// secretParameter reports whether a parameter of a URL holds a credential. There, key is an API key and a signature gives
// access to what the URL names; code is not one: it is a country's or an error's at least as often.
func secretParameter(name string) bool {
	return SecretName(name) || SecretText(name) || strings.EqualFold(name, "key") || signsURL(name)
}

// signsURL reports whether a parameter of a URL is the signature that makes it valid: sig, X-Amz-Signature, Signature.
func signsURL(name string) bool {
	name = strings.ToLower(name)
	return hasLastWord(name, "signature", "sig")
}

// refers reports whether a name in lower case is that of an address, a name, or something about a secret.
func refers(name string) bool {
	for _, ending := range []string{"url", "uri", "endpoint", "name", "type", "policy", "length", "level", "count", "status", "consent"} {
		if strings.HasSuffix(name, ending) {
			return true
		}
	}
	return false
}

func containsAny(name string, words []string) bool {
	for _, word := range words {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// hasLastWord reports whether a name is one of the words, or ends in it after a separator.
func hasLastWord(name string, words ...string) bool {
	for _, word := range words {
		before, found := strings.CutSuffix(name, word)
		if found && (before == "" || strings.IndexByte("_-. ", before[len(before)-1]) >= 0) {
			return true
		}
	}
	return false
}

// withoutSeparators returns name in lower case without underscores, hyphens and white space.
func withoutSeparators(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}
