package main

import (
	"crypto/ed25519"
	"encoding/base64"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

func verify(x string, headers http.Header, body string) bool {
	sentAt, err := strconv.ParseInt(headers.Get("webhook-timestamp"), 10, 64)
	if err != nil || math.Abs(float64(time.Now().Unix()-sentAt)) > 300 {
		return false
	}
	key, err := base64.RawURLEncoding.DecodeString(x)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return false
	}
	content := []byte(headers.Get("webhook-id") + "." + headers.Get("webhook-timestamp") + "." + body)
	for _, given := range strings.Split(headers.Get("webhook-signature"), " ") {
		version, text, _ := strings.Cut(given, ",")
		signature, err := base64.StdEncoding.DecodeString(text)
		if err == nil && version == "v1a" && ed25519.Verify(key, content, signature) {
			return true
		}
	}
	return false
}
