// A whole receiver with the standard library of Go: verifies, drops what it has handled, keeps the order, stores the state.
//
//	SIGNING_SECRET=whsec_... DATA_FOLDER=./consent PORT=4100 go run receiver.go
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"log"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	mostBytes = 4 << 20
	// Ids remembered of each citizen.
	mostIDs = 1000
)

type body struct {
	CitizenID   string  `json:"citizenId"`
	ExternalRef *string `json:"externalRef"`
	Permissions []struct {
		OptionType string  `json:"optionType"`
		OptionID   string  `json:"optionId"`
		State      *string `json:"state"`
	} `json:"permissions"`
	Preferences []struct {
		Preference string `json:"preference"`
		Choices    []struct {
			Reference string `json:"reference"`
		} `json:"choices"`
	} `json:"preferences"`
}

// What is kept of a citizen. State is by `option:ID`, `group:ID` or `preference:REFERENCE`: a state or the choices.
type citizen struct {
	CitizenID   string         `json:"citizenId"`
	ExternalRef *string        `json:"externalRef"`
	Sequence    int64          `json:"sequence"`
	IDs         []string       `json:"ids"`
	State       map[string]any `json:"state"`
}

func verify(secret []byte, headers http.Header, body []byte) bool {
	sentAt, err := strconv.ParseInt(headers.Get("webhook-timestamp"), 10, 64)
	if err != nil || math.Abs(float64(time.Now().Unix()-sentAt)) > 300 {
		return false
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(headers.Get("webhook-id") + "." + headers.Get("webhook-timestamp") + "."))
	mac.Write(body)
	expected := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	for _, given := range strings.Split(headers.Get("webhook-signature"), " ") {
		if hmac.Equal([]byte(given), []byte(expected)) {
			return true
		}
	}
	return false
}

func merge(state map[string]any, updateType string, told body) map[string]any {
	// Effective Permissions are the whole state: what they leave out was withdrawn. Receipts are what changed.
	if state == nil || updateType == "effective-permission" {
		state = map[string]any{}
	}
	for _, entry := range told.Permissions {
		key := entry.OptionType + ":" + entry.OptionID
		if entry.State == nil {
			delete(state, key)
		} else {
			state[key] = *entry.State
		}
	}
	for _, entry := range told.Preferences {
		key := "preference:" + entry.Preference
		if len(entry.Choices) == 0 {
			delete(state, key)
			continue
		}
		choices := []string{}
		for _, choice := range entry.Choices {
			choices = append(choices, choice.Reference)
		}
		state[key] = choices
	}
	return state
}

type receiver struct {
	secret []byte
	folder string
	// An attempt may be made again while the first is still being handled: the second waits. For one process; several need a database.
	turn sync.Mutex
}

// What becomes of a webhook. A citizen is a file with the state and the ids of what was handled: nothing is done twice or lost.
func (r *receiver) handle(headers http.Header, told body) (string, error) {
	sequence, err := strconv.ParseInt(headers.Get("x-cpm-sequence"), 10, 64)
	if err != nil {
		return "", err
	}
	name := sha256.Sum256([]byte(headers.Get("x-cpm-subscription-id") + " " + told.CitizenID))
	file := filepath.Join(r.folder, hex.EncodeToString(name[:])+".json")
	r.turn.Lock()
	defer r.turn.Unlock()
	var kept citizen
	text, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(text, &kept)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	id := headers.Get("webhook-id")
	if slices.Contains(kept.IDs, id) {
		return "known", nil
	}
	if sequence < kept.Sequence {
		return "stale", nil
	}
	kept.CitizenID, kept.ExternalRef, kept.Sequence = told.CitizenID, told.ExternalRef, sequence
	kept.IDs = append(kept.IDs, id)
	kept.IDs = kept.IDs[max(0, len(kept.IDs)-mostIDs):]
	kept.State = merge(kept.State, headers.Get("x-cpm-update-type"), told)
	if text, err = json.Marshal(kept); err != nil {
		return "", err
	}
	if err = os.WriteFile(file+".new", text, 0o600); err != nil {
		return "", err
	}
	// A file is renamed whole, or not at all.
	return "handled", os.Rename(file+".new", file)
}

func (r *receiver) status(request *http.Request, content []byte) int {
	if !verify(r.secret, request.Header, content) {
		return http.StatusUnauthorized
	}
	if request.Header.Get("x-cpm-test") == "true" {
		return http.StatusNoContent
	}
	updateType := request.Header.Get("x-cpm-update-type")
	if updateType != "effective-permission" && updateType != "consent-receipts" {
		// Stays at the service, which sends it again, until there is code for it here.
		return http.StatusNotImplemented
	}
	var told body
	err := json.Unmarshal(content, &told)
	outcome := ""
	if err == nil {
		outcome, err = r.handle(request.Header, told)
	}
	if err != nil {
		log.Print(err)
		return http.StatusInternalServerError
	}
	// Neither body nor headers: they are about people.
	log.Print(outcome)
	return http.StatusNoContent
}

func (r *receiver) ServeHTTP(response http.ResponseWriter, request *http.Request) {
	content, err := io.ReadAll(http.MaxBytesReader(response, request.Body, mostBytes))
	if err != nil {
		response.WriteHeader(http.StatusRequestEntityTooLarge)
		return
	}
	response.WriteHeader(r.status(request, content))
}

func setting(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

func main() {
	secret, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(os.Getenv("SIGNING_SECRET"), "whsec_"))
	if err != nil || len(secret) == 0 {
		log.Fatal("SIGNING_SECRET is not a secret of a subscription")
	}
	folder := setting("DATA_FOLDER", "consent")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		log.Fatal(err)
	}
	address := "127.0.0.1:" + setting("PORT", "4100")
	log.Printf("waiting for webhooks at http://%s/", address)
	server := http.Server{Addr: address, Handler: &receiver{secret: secret, folder: folder}, ReadTimeout: 15 * time.Second}
	log.Fatal(server.ListenAndServe())
}
