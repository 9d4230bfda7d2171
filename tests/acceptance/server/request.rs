//! Requests of any method.

use reqwest::{Method, RequestBuilder};

use super::Server;

impl Server {
    /// A request to the service.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.address))
    }
}
