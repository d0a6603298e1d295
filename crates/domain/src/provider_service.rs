//! How a provider gives a service, where that differs from how the service says.

use serde::Serialize;

use crate::id::{ProviderId, ServiceId};
use crate::service::Service;

/// A provider's own way with a service: what is absent is as the service says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProviderService {
    pub provider_id: ProviderId,
    pub service_id: ServiceId,
    pub duration_minutes: Option<i32>,
    pub buffer_before_minutes: Option<i32>,
    pub buffer_after_minutes: Option<i32>,
    pub start_interval_minutes: Option<i32>,
    pub lead_time_minutes: Option<i32>,
    pub booking_horizon_days: Option<i32>,
    pub cancel_cutoff_minutes: Option<i32>,
    pub reschedule_cutoff_minutes: Option<i32>,
    /// In the tenant's currency's smallest unit.
    pub price_minor: Option<i64>,
    pub requires_approval: Option<bool>,
    /// How often this provider may give it in a day and in a week (from Monday), beside the service's own caps.
    pub max_per_day: Option<i32>,
    pub max_per_week: Option<i32>,
    /// Their share of what is booked with anyone, where the service shares it out; absent: 1.
    pub weight: Option<i32>,
}

impl ProviderService {
    /// The service as this provider gives it, as far as that matters to who books one appointment.
    pub fn given(&self, service: Service) -> Service {
        Service {
            duration_minutes: self.duration_minutes.unwrap_or(service.duration_minutes),
            buffer_before_minutes: self.buffer_before_minutes.unwrap_or(service.buffer_before_minutes),
            buffer_after_minutes: self.buffer_after_minutes.unwrap_or(service.buffer_after_minutes),
            start_interval_minutes: self.start_interval_minutes.or(service.start_interval_minutes),
            lead_time_minutes: self.lead_time_minutes.unwrap_or(service.lead_time_minutes),
            booking_horizon_days: self.booking_horizon_days.or(service.booking_horizon_days),
            cancel_cutoff_minutes: self.cancel_cutoff_minutes.unwrap_or(service.cancel_cutoff_minutes),
            reschedule_cutoff_minutes: self
                .reschedule_cutoff_minutes
                .unwrap_or(service.reschedule_cutoff_minutes),
            price_minor: self.price_minor.or(service.price_minor),
            requires_approval: self.requires_approval.unwrap_or(service.requires_approval),
            ..service
        }
    }
}
