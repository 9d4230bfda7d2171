package oracle.dss;

import eu.europa.esig.dss.model.DSSDocument;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.spi.signature.AdvancedSignature;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.tsp.TimestampToken;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The certificates of a signed file that no other certificate of the file has issued. */
final class Topmost {
    private Topmost() {
    }

    static List<CertificateToken> of(DSSDocument file) {
        SignedDocumentValidator validator = SignedDocumentValidator.fromDocument(file);
        validator.setCertificateVerifier(new CommonCertificateVerifier(true));
        Set<CertificateToken> all = new LinkedHashSet<>();
        for (AdvancedSignature signature : validator.getSignatures()) {
            all.addAll(signature.getCompleteCertificateSource().getCertificates());
        }
        for (TimestampToken timestamp : validator.getDetachedTimestamps()) {
            all.addAll(timestamp.getCertificateSource().getCertificates());
        }
        return all.stream().filter(one -> one.isSelfSigned() || all.stream().noneMatch(one::isSignedBy)).toList();
    }
}
