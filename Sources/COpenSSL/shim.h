// libcrypto of OpenSSL 3, and what Swift cannot call by itself: macros, and calls that take lists of parameters.
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

static inline int brokertap_derive(
    const char *kdf_name, OSSL_PARAM *params, unsigned char *out, size_t out_length) {
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, kdf_name, NULL);
    EVP_KDF_CTX *context = kdf ? EVP_KDF_CTX_new(kdf) : NULL;
    int fine = context && EVP_KDF_derive(context, out, out_length, params) == 1;
    EVP_KDF_CTX_free(context);
    EVP_KDF_free(kdf);
    return fine;
}

// HKDF-Expand, RFC 5869, section 2.3.
static inline int brokertap_hkdf_expand(
    const char *digest, const unsigned char *secret, size_t secret_length, const unsigned char *info, size_t info_length,
    unsigned char *out, size_t out_length) {
    int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)digest, 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)secret, secret_length),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)info, info_length),
        OSSL_PARAM_construct_end()};
    return brokertap_derive("HKDF", params, out, out_length);
}

// The PRF of TLS 1.2, RFC 5246, section 5; the seed holds label and randoms.
static inline int brokertap_tls12_prf(
    const char *digest, const unsigned char *secret, size_t secret_length, const unsigned char *seed, size_t seed_length,
    unsigned char *out, size_t out_length) {
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)digest, 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SECRET, (void *)secret, secret_length),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SEED, (void *)seed, seed_length),
        OSSL_PARAM_construct_end()};
    return brokertap_derive("TLS1-PRF", params, out, out_length);
}

// An HMAC that can be started again with the same key.
static inline EVP_MAC_CTX *brokertap_hmac_new(const char *digest, const unsigned char *key, size_t key_length) {
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *context = mac ? EVP_MAC_CTX_new(mac) : NULL;
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)digest, 0), OSSL_PARAM_construct_end()};
    EVP_MAC_free(mac);
    if (context && EVP_MAC_init(context, key, key_length, params) != 1) {
        EVP_MAC_CTX_free(context);
        context = NULL;
    }
    return context;
}

static inline int brokertap_name_count(const GENERAL_NAMES *names) { return sk_GENERAL_NAME_num(names); }

// The bytes of a DNS name (type 2) or an address (type 7) among a certificate's names; type 0 for others.
static inline int brokertap_name(const GENERAL_NAMES *names, int index, const unsigned char **bytes, int *length) {
    const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, index);
    if (!name || (name->type != GEN_DNS && name->type != GEN_IPADD)) return 0;
    const ASN1_STRING *text = name->type == GEN_DNS ? (const ASN1_STRING *)name->d.dNSName
                                                    : (const ASN1_STRING *)name->d.iPAddress;
    *bytes = ASN1_STRING_get0_data(text);
    *length = ASN1_STRING_length(text);
    return name->type;
}
