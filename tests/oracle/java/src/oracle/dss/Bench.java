package oracle.dss;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import eu.europa.esig.dss.enumerations.DigestAlgorithm;
import eu.europa.esig.dss.enumerations.SignatureAlgorithm;
import eu.europa.esig.dss.enumerations.SignatureLevel;
import eu.europa.esig.dss.model.DSSDocument;
import eu.europa.esig.dss.model.InMemoryDocument;
import eu.europa.esig.dss.model.SignatureValue;
import eu.europa.esig.dss.pades.PAdESSignatureParameters;
import eu.europa.esig.dss.pades.signature.PAdESService;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Signature;
import java.util.Arrays;
import java.util.concurrent.Callable;
import oracle.Jobs;

/** How long DSS takes once it is warm, for the comparison in {@code docs/performance.md}. */
final class Bench {
    /** Rounds that are not counted: enough for the JVM's second compiler to be done with the work. */
    private static final int WARMING_ROUNDS = 200;
    private static final int NANOSECONDS_PER_MICROSECOND = 1_000;

    private Bench() {
    }

    /** Validates a file again and again, reading it anew each time. */
    static ObjectNode validate(JsonNode job) throws Exception {
        Validation validation = new Validation(job);
        ObjectNode judged = (ObjectNode) Report.of(validation.run()).at("/signatures/0");
        ObjectNode answer = measure(job, validation::run);
        answer.set("level", judged.get("level"));
        answer.set("indication", judged.get("indication"));
        return answer;
    }

    /** Signs a PDF again and again with one key and one local time-stamping authority. */
    static ObjectNode sign(JsonNode job) throws Exception {
        Pki pki = new Pki();
        byte[] document = Files.readAllBytes(Path.of(job.required("file").asText()));
        SignatureLevel level = switch (job.required("level").asText()) {
            case "B-B" -> SignatureLevel.PAdES_BASELINE_B;
            case "B-T" -> SignatureLevel.PAdES_BASELINE_T;
            case "B-LT" -> SignatureLevel.PAdES_BASELINE_LT;
            case "B-LTA" -> SignatureLevel.PAdES_BASELINE_LTA;
            default -> throw new IllegalArgumentException("unknown level: " + job.get("level"));
        };
        SignedDocumentValidator validator =
                SignedDocumentValidator.fromDocument(new InMemoryDocument(sign(pki, document, level)));
        validator.setCertificateVerifier(pki.verifier());
        ObjectNode made = (ObjectNode) Report.of(validator.validateDocument()).at("/signatures/0");
        ObjectNode answer = measure(job, () -> sign(pki, document, level));
        answer.set("level", made.get("level"));
        answer.set("indication", made.get("indication"));
        return answer;
    }

    private static byte[] sign(Pki pki, byte[] bytes, SignatureLevel level) throws Exception {
        DSSDocument document = new InMemoryDocument(bytes, "document.pdf");
        PAdESSignatureParameters parameters = new PAdESSignatureParameters();
        parameters.setSignatureLevel(level);
        parameters.setDigestAlgorithm(DigestAlgorithm.SHA256);
        parameters.setSigningCertificate(pki.signer());
        parameters.setCertificateChain(pki.chain());
        PAdESService service = new PAdESService(pki.verifier());
        service.setTspSource(pki.timestampingUnit());
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(pki.signerKey());
        signature.update(service.getDataToSign(document, parameters).getBytes());
        SignatureValue value = new SignatureValue(SignatureAlgorithm.ECDSA_SHA256, signature.sign());
        return written(service.signDocument(document, parameters, value));
    }

    private static byte[] written(DSSDocument document) throws IOException {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        document.writeTo(stream);
        return stream.toByteArray();
    }

    private static ObjectNode measure(JsonNode job, Callable<?> work) throws Exception {
        long[] took = new long[job.required("n").asInt()];
        for (int round = 0; round < WARMING_ROUNDS; round++) {
            work.call();
        }
        for (int round = 0; round < took.length; round++) {
            long started = System.nanoTime();
            work.call();
            took[round] = System.nanoTime() - started;
        }
        Arrays.sort(took);
        ObjectNode answer = Jobs.JSON.createObjectNode();
        answer.put("n", took.length);
        answer.put("median_us", took[took.length / 2] / NANOSECONDS_PER_MICROSECOND);
        answer.put("fastest_us", took[0] / NANOSECONDS_PER_MICROSECOND);
        return answer;
    }
}
