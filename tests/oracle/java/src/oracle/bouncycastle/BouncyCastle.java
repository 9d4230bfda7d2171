package oracle.bouncycastle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import oracle.Jobs;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaCertStoreBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * BouncyCastle as an oracle for CMS. A job: {@code {"file": PATH, "content": PATH?, "trust": PATH}}, the
 * content when it is detached. The answer: {@code {"signers": N, "algorithm": OID}} when every signature
 * holds and every signer's certificate leads to the anchor now; else what was found wrong.
 */
public final class BouncyCastle {
    private static final BouncyCastleProvider PROVIDER = new BouncyCastleProvider();

    private BouncyCastle() {
    }

    /** Answers jobs until the input ends. */
    public static void main(String[] arguments) throws IOException {
        Jobs.answer(BouncyCastle::verify);
    }

    private static ObjectNode verify(JsonNode job) throws Exception {
        CMSSignedData container = container(job);
        Set<TrustAnchor> anchors = anchors(Path.of(job.required("trust").asText()));
        Collection<SignerInformation> signers = container.getSignerInfos().getSigners();
        if (signers.isEmpty()) {
            throw new CMSException("nobody signed");
        }
        ObjectNode answer = Jobs.JSON.createObjectNode().put("signers", signers.size());
        for (SignerInformation signer : signers) {
            X509Certificate certificate = certificate(container, signer);
            if (!signer.verify(new JcaSimpleSignerInfoVerifierBuilder()
                    .setProvider(PROVIDER).build(certificate))) {
                throw new CMSException("the signature does not hold");
            }
            buildPath(container, certificate, anchors);
            answer.put("algorithm", signer.getEncryptionAlgOID());
        }
        return answer;
    }

    private static CMSSignedData container(JsonNode job) throws IOException, CMSException {
        byte[] file = Files.readAllBytes(Path.of(job.required("file").asText()));
        if (!job.hasNonNull("content")) {
            return new CMSSignedData(file);
        }
        byte[] content = Files.readAllBytes(Path.of(job.get("content").asText()));
        return new CMSSignedData(new CMSProcessableByteArray(content), file);
    }

    private static Set<TrustAnchor> anchors(Path file) throws IOException, GeneralSecurityException {
        try (InputStream stream = Files.newInputStream(file)) {
            return CertificateFactory.getInstance("X.509", PROVIDER).generateCertificates(stream).stream()
                    .map(one -> new TrustAnchor((X509Certificate) one, null))
                    .collect(Collectors.toSet());
        }
    }

    private static X509Certificate certificate(CMSSignedData container, SignerInformation signer)
            throws CMSException, GeneralSecurityException {
        for (X509CertificateHolder holder : container.getCertificates().getMatches(null)) {
            if (signer.getSID().match(holder)) {
                return new JcaX509CertificateConverter().setProvider(PROVIDER).getCertificate(holder);
            }
        }
        throw new CMSException("the signer's certificate is not there");
    }

    private static void buildPath(
            CMSSignedData container, X509Certificate certificate, Set<TrustAnchor> anchors)
            throws GeneralSecurityException {
        X509CertSelector target = new X509CertSelector();
        target.setCertificate(certificate);
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, target);
        CertStore inside = new JcaCertStoreBuilder()
                .setProvider(PROVIDER).addCertificates(container.getCertificates()).build();
        parameters.addCertStore(inside);
        parameters.setRevocationEnabled(false);
        CertPathBuilder.getInstance("PKIX", PROVIDER).build(parameters);
    }
}
