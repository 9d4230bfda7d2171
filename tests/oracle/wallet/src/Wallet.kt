// Presses the buttons of the wallet's library: whoever started it is the browser, and is asked over
// standard output. What it prints is one word and a value a line:
//   AUTHORIZE url    answered with "code state", as the redirect brought them
//   CREDENTIAL id algorithms multisign certificate (base64 of the DER)
//   HASH             answered with the hashes to sign, each in base64, with spaces between
//   SIGNATURE value  one for each hash
import eu.europa.ec.eudi.rqes.*
import io.ktor.client.HttpClient
import io.ktor.client.engine.java.Java
import io.ktor.client.plugins.contentnegotiation.ContentNegotiation
import io.ktor.serialization.kotlinx.json.json
import java.net.URI
import java.net.URL
import java.time.Instant
import java.util.Base64
import java.util.UUID
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.Json

fun tell(vararg words: Any?) {
    println(words.joinToString(" "))
    System.out.flush()
}

fun answer(): List<String> = readln().split(' ')

fun main(arguments: Array<String>) = runBlocking {
    val (service, clientId, secret, redirect) = arguments
    val config = CSCClientConfig(
        OAuth2Client.Confidential.ClientSecretBasic(clientId, secret),
        URI(redirect),
        URL("$service/sca-is-not-used"),
        ParUsage.Required,
        RarUsage.Required,
    )
    val connect = {
        HttpClient(Java) {
            install(ContentNegotiation) { json(Json { ignoreUnknownKeys = true }) }
        }
    }
    val client = CSCClient.oauth2(config, service + "/csc/v2", connect).getOrThrow()
    with(client) {
        val prepared = prepareServiceAuthorizationRequest(UUID.randomUUID().toString()).getOrThrow()
        tell("AUTHORIZE", prepared.value.authorizationCodeURL.value)
        val (code, state) = answer()
        val authorised = with(prepared) {
            authorizeWithAuthorizationCode(AuthorizationCode(code), state).getOrThrow()
        }
        val wanted = CredentialsListRequest(
            credentialInfo = true,
            certificates = Certificates.Chain,
            certInfo = true,
            authInfo = true,
            onlyValid = true,
        )
        val credential = authorised.listCredentials(wanted).getOrThrow().first()
        val algorithms = credential.key.supportedAlgorithms.joinToString(",") { it.value }
        val leaf = credential.certificate.certificates!!.first().encoded
        tell(
            "CREDENTIAL",
            credential.credentialID.value,
            algorithms,
            credential.multisign,
            Base64.getEncoder().encodeToString(leaf),
        )
        tell("HASH")
        val digests = answer().map { DocumentDigest(Digest(it), "Decision 12") }
        val subject = CredentialAuthorizationSubject(
            CredentialRef.ByCredentialID(credential.credentialID),
            DocumentDigestList(digests, HashAlgorithmOID.SHA_256, Instant.now()),
            digests.size,
        )
        val asked = prepareCredentialAuthorizationRequest(subject, UUID.randomUUID().toString()).getOrThrow()
        tell("AUTHORIZE", asked.authorizationRequestPrepared.authorizationCodeURL.value)
        val (second, secondState) = answer()
        val activated = with(asked) {
            authorizeWithAuthorizationCode(AuthorizationCode(second), secondState).getOrThrow()
        }
        require(activated is CredentialAuthorized.SCAL2) { "the credential is SCAL 1" }
        val signatures = with(activated) { signHash(SigningAlgorithmOID.ECDSA_SHA256).getOrThrow() }
        signatures.signatures.forEach { tell("SIGNATURE", it.value) }
    }
}
