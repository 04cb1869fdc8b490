/// Names of SASL mechanisms that say nothing about anybody: those of IANA's list and of Kafka's brokers. Any other is a text
/// that somebody made up.
public enum SASLMechanisms {
    public static let known: Set<String> = [
        "PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER", "GSSAPI", "AWS_MSK_IAM", "EXTERNAL",
        "ANONYMOUS", "DIGEST-MD5", "CRAM-MD5", "LOGIN", "NTLM", "XOAUTH2",
    ]
}
