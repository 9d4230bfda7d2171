//! Routes to handlers, all of one type. What axum builds around a handler it builds for each type anew, and asks each time
//! whether the handler's whole future may go to another thread: a tenth of the time that this package took to compile.

use std::{pin::Pin, sync::Arc};

use axum::{
    extract::Request,
    handler::Handler,
    response::Response,
    routing::{self, MethodRouter},
};

/// What comes of a request. Handlers give it so of themselves.
type Answered = Pin<Box<dyn Future<Output = Response> + Send>>;

/// A handler, whichever it is.
pub(super) struct Handled<S>(Arc<dyn Fn(Request, S) -> Answered + Send + Sync>);

impl<S> Clone for Handled<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S: 'static> Handler<Self, S> for Handled<S> {
    type Future = Answered;

    fn call(self, request: Request, state: S) -> Answered {
        (self.0)(request, state)
    }
}

pub(super) fn handled<H, T, S>(handler: H) -> Handled<S>
where
    H: Handler<T, S, Future = Answered>,
{
    Handled(Arc::new(move |request, state| handler.clone().call(request, state)))
}

macro_rules! routed {
    ($($method:ident),+) => {
        $(
            /// To a handler of requests by this method.
            pub(super) fn $method<H, T, S>(handler: H) -> MethodRouter<S>
            where
                H: Handler<T, S, Future = Answered>,
                S: Clone + Send + Sync + 'static,
            {
                routing::$method(handled(handler))
            }
        )+
    };
}

routed!(get, post, put);

/// Handlers whose description stands beside them, for [`utoipa_axum::router::OpenApiRouter::routes`].
macro_rules! routes {
    ($($handler:path),+ $(,)?) => {{
        use utoipa_axum::PathItemExt as _;
        let mut schemas = Vec::new();
        let mut paths = utoipa::openapi::path::Paths::new();
        let router = axum::routing::MethodRouter::new();
        $(
            let (path, operation, methods) = utoipa_axum::routes!(@resolve_types $handler : schemas);
            let handler = $crate::http::handled::handled($handler);
            let router = methods.iter().fold(router, |router, method| {
                router.on(method.to_method_filter(), handler.clone())
            });
            paths.add_path_operation(&path, methods, operation);
        )+
        (schemas, paths, router)
    }};
}
pub(super) use routes;
