//! What can be typed about the phone page.

use clap::Args;
use std::net::SocketAddr;

/// Serving the phone page.
#[derive(Clone, Debug, Args)]
pub struct ServeArgs {
    /// Where to listen.
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8686", conflicts_with_all = ["interface", "port"])]
    pub listen: SocketAddr,
    /// On which network interface.
    #[arg(long, value_name = "NAME")]
    pub interface: Option<String>,
    /// At which port.
    #[arg(long, value_name = "PORT")]
    pub port: Option<u16>,
    /// The name of the station's own hotspot.
    #[arg(long, value_name = "SSID")]
    pub wifi: Option<String>,
    /// Its password.
    #[arg(long, value_name = "PASSWORD", requires = "wifi")]
    pub wifi_password: Option<String>,
    /// Only ASCII on the terminal.
    #[arg(long)]
    pub ascii: bool,
}
