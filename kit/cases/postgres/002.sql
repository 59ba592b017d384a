-- Whoever works on one case sees that one; only who asks for the list sees that there are others.
ALTER TABLE clinic_case ENABLE ROW LEVEL SECURITY;
ALTER TABLE clinic_case FORCE ROW LEVEL SECURITY;
CREATE POLICY own_or_list ON clinic_case
USING (id = this_case() OR current_setting('kit.list', true) = 'on');
