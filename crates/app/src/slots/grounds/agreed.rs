//! Several appointments that are judged together: each as if those before it had been written.

use kalends_domain::allocation::Owner;
use kalends_domain::id::{AppointmentId, GroupId, PatientId, ProviderId, ResourceId, ServiceId};
use kalends_domain::slot::{Busy, Cap, Room, Taken};
use kalends_domain::time::Span;
use kalends_store::standings::Giving;

use super::{Grounds, ProviderGrounds, SiteGrounds, reach};

/// An appointment that will be written together with what is asked for.
#[derive(Clone, Debug)]
pub struct Agreed {
    /// Any that is given to no other.
    pub id: AppointmentId,
    pub service_id: ServiceId,
    pub provider_id: ProviderId,
    /// Absent while nobody knows who it is for.
    pub patient_id: Option<PatientId>,
    pub resource_ids: Vec<ResourceId>,
    pub group_id: Option<GroupId>,
    pub span: Span,
    /// With the buffers.
    pub guarded: Span,
}

impl Grounds {
    /// The same as far as it decides about starts in `span`, which lies in what was read: cheap to copy again and again.
    #[must_use]
    pub fn within(&self, span: Span) -> Self {
        let givings: Vec<&Giving> = self.providers.iter().map(|it| &it.giving).collect();
        let reach = reach(span, &self.rules, &givings);
        let near = |busy: &[Busy]| {
            busy.iter()
                .filter(|it| it.guarded.overlaps(&reach))
                .copied()
                .collect::<Vec<_>>()
        };
        Self {
            providers: self
                .providers
                .iter()
                .map(|provider| ProviderGrounds {
                    openings: provider
                        .openings
                        .iter()
                        .filter(|it| it.span.overlaps(&reach))
                        .cloned()
                        .collect(),
                    busy: near(&provider.busy),
                    ..provider.clone()
                })
                .collect(),
            sites: self
                .sites
                .iter()
                .map(|site| SiteGrounds {
                    rooms: site
                        .rooms
                        .iter()
                        .map(|room| Room {
                            busy: near(&room.busy),
                            ..room.clone()
                        })
                        .collect(),
                    ..site.clone()
                })
                .collect(),
            closings: self
                .closings
                .iter()
                .filter(|it| it.span.overlaps(&reach))
                .copied()
                .collect(),
            patient_busy: near(&self.patient_busy),
            rules: self.rules.clone(),
            ..*self
        }
    }

    /// Adds what is agreed and will be written together with what is asked for: it is in the way by now, and counts.
    pub fn agree(&mut self, it: &Agreed) {
        let owner = Owner::Appointment(it.id);
        let busy = |guarded, group_id| Busy {
            time: it.span,
            guarded,
            owner,
            group_id,
            blocks: true,
        };
        let of_provider = busy(it.guarded, it.group_id);
        let is_patients = self.patient.is_some() && self.patient == it.patient_id;
        if is_patients {
            self.patient_busy.push(busy(it.span, None));
        }
        for room in self.sites.iter_mut().flat_map(|site| &mut site.rooms) {
            if it.resource_ids.contains(&room.id) {
                room.busy.push(of_provider);
            }
        }
        for provider in &mut self.providers {
            if provider.id == it.provider_id {
                provider.busy.push(of_provider);
            }
            let counts = |cap: &&mut Cap| {
                cap.provider_id.is_none_or(|id| id == it.provider_id)
                    && cap.service_id.is_none_or(|id| id == it.service_id)
            };
            for cap in provider.giving.caps.iter_mut().filter(counts) {
                cap.counted.push(Taken {
                    owner,
                    starts_at: it.span.starts_at(),
                });
            }
            if is_patients {
                let standing = &mut provider.giving.standing.patient;
                let of_service = standing.open_of_service.as_mut();
                let limits = of_service.filter(|_| self.rules.id == it.service_id).into_iter();
                for limit in limits.chain(&mut standing.open_of_any) {
                    limit.open += 1;
                }
            }
        }
    }
}
